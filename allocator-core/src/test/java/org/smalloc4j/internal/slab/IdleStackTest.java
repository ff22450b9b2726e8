package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleStackTest {
  private static final int NATIVE = -2; // as StackTraceElement has it
  private static final StackTraceElement PARK =
      new StackTraceElement("jdk.internal.misc.Unsafe", "park", null, NATIVE);
  private static final StackTraceElement RUN = frame("java.lang.Thread", "run");

  private static StackTraceElement frame(String type, String method) {
    return new StackTraceElement(type, method, null, 1);
  }

  private static boolean isIdle(StackTraceElement... trace) {
    return IdleStack.isIdle(trace);
  }

  @Test
  void thisJvmIsTrusted() {
    assertTrue(IdleStack.isTrusted());
  }

  @ParameterizedTest
  @CsvSource({
    "jdk.internal.misc.Unsafe, park",
    "java.lang.Object, wait0",
    "java.lang.Thread, sleepNanos0",
    "sun.nio.ch.EPoll, wait",
    "sun.nio.ch.Net, accept",
    "sun.nio.ch.SocketDispatcher, read0",
    "java.lang.ProcessHandleImpl, waitForProcessExit0"
  })
  void aThreadIsIdleInANativeThatWaits(String type, String method) {
    assertTrue(isIdle(new StackTraceElement(type, method, null, NATIVE), RUN));
    assertFalse(isIdle(frame(type, method), RUN), "not native");
  }

  @ParameterizedTest
  @CsvSource({
    "java.lang.Thread, yield0",
    "jdk.internal.misc.Unsafe, allocateInstance",
    "jdk.internal.reflect.DirectMethodHandleAccessor$NativeAccessor, invoke0",
    "org.example.Jni, park"
  })
  void anyOtherNativeMayHaveCalledWhatATraceLeavesOut(String type, String method) {
    assertFalse(isIdle(new StackTraceElement(type, method, null, NATIVE), RUN));
  }

  @ParameterizedTest
  @CsvSource({
    "org.example.Foo, <clinit>",
    "org.example.Loader, loadClass",
    "java.lang.ClassLoader, findClass",
    "jdk.internal.loader.BuiltinClassLoader, findClassOnClassPathOrNull",
    "java.lang.invoke.MethodHandleNatives, linkCallSite",
    "sun.instrument.InstrumentationImpl, transform",
    "jdk.jfr.internal.JVMUpcalls, onRetransform",
    "jdk.internal.vm.Continuation, run",
    "java.lang.VirtualThread, runContinuation",
    "org.smalloc4j.internal.slab.OwnedHeap, allocate"
  })
  void aFrameThatTheJvmCalledOrOfTheAllocatorIsRefusedAnywhere(String type, String method) {
    assertFalse(isIdle(PARK, frame(type, method), RUN));
    assertFalse(isIdle(PARK, RUN, frame(type, method)));
    assertTrue(isIdle(PARK, frame("org.example.Foo", "take"), RUN));
  }

  @Test
  void noTraceAndOneThatMayBeCutOffAreRefused() {
    assertFalse(isIdle());
    int most = IdleStack.MOST_FRAMES;
    Stream<StackTraceElement> frames = Collections.nCopies(most - 1, RUN).stream();
    StackTraceElement[] trace =
        Stream.concat(Stream.of(PARK), frames).toArray(StackTraceElement[]::new);
    assertEquals(most, trace.length);
    assertFalse(isIdle(trace));
    assertTrue(isIdle(java.util.Arrays.copyOf(trace, most - 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "OpenJDK 64-Bit Server VM, 25.0.3+9-LTS, true",
    "Java HotSpot(TM) 64-Bit Server VM, 25+37, true",
    "OpenJDK 64-Bit Server VM, 25+37-jvmci-b01, false",
    "Eclipse OpenJ9 VM, openj9-0.56, false",
    "Substrate VM, 25, false"
  })
  void onlyHotSpotIsTrusted(String name, String version, boolean isHotSpot) {
    assertEquals(isHotSpot, IdleStack.isHotSpot(name, version));
  }

  @ParameterizedTest
  @CsvSource({
    "-agentpath:/opt/profiler.so, true",
    "-agentlib:hprof, true",
    "'-Xmx1g -agentlib:foo', true",
    "'-agentlib:jdwp=transport=dt_socket', false",
    "-javaagent:jacoco.jar, false",
    "-Xmx1g, false"
  })
  void anAgentInCThatIsNotTheDebuggerIsSeen(String option, boolean isNative) {
    assertEquals(isNative, IdleStack.isNativeAgent(option));
  }
}
