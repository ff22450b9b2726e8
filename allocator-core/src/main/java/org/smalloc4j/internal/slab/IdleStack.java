package org.smalloc4j.internal.slab;

import java.util.Map;
import java.util.Set;
import org.smalloc4j.internal.raw.Headroom;

/**
 * What a thread's stack has to show so that its slab can be taken: the thread waits in the kernel
 * or in the JVM, and whatever compiled code it goes on with loads anew what it knew of its slab.
 */
final class IdleStack {
  /*
   * Idea: compiled code forgets what it loaded at a call, so a thread all of whose frames are at
   * calls reads its slab's owner anew, whenever it goes on. A trace has no line for that, but for
   * this:
   *
   *   the top is one of LEAVES   natives of the JDK that wait and never call Java. A native frame
   *                              alone would not do: it can have called a hidden class, whose frames
   *                              a trace leaves out, and that may run.
   *   no initialiser, class      Java code that the JVM calls where the bytecode has no call: the
   *   loader, linker, agent      compiled frame below keeps what it loaded (C1 at a class that is not
   *                              loaded yet, C2 at Unsafe.allocateInstance).
   *   no continuation            the frames of a virtual thread are not in its carrier's trace.
   *   no frame of this package   nothing is half done in a stash.
   *   less than MOST_FRAMES      the trace is not cut off.
   *
   * Not seen: a native agent that calls Java from its callback for allocations, and waits there. So
   * an agent of the command line puts an end to it all (isTrusted); for one that is attached later
   * see ADR 26, as for the sources.
   */

  /** Frames of a stack that are looked at; a deeper one is refused. */
  static final int MOST_FRAMES = 512;

  private static final String PACKAGE = IdleStack.class.getPackageName().concat(".");

  private static final Map<String, Set<String>> LEAVES =
      Map.ofEntries(
          Map.entry("jdk.internal.misc.Unsafe", Set.of("park")),
          Map.entry("java.lang.Object", Set.of("wait0")),
          Map.entry("java.lang.Thread", Set.of("sleep0", "sleepNanos0")),
          Map.entry("java.lang.ProcessHandleImpl", Set.of("waitForProcessExit0")),
          Map.entry("java.io.FileInputStream", Set.of("read0", "readBytes")),
          Map.entry("java.io.RandomAccessFile", Set.of("read0", "readBytes0")),
          Map.entry("sun.nio.ch.EPoll", Set.of("wait")),
          Map.entry("sun.nio.ch.KQueue", Set.of("poll")),
          Map.entry("sun.nio.ch.PollSelectorImpl", Set.of("poll")),
          Map.entry("sun.nio.ch.Net", Set.of("accept", "poll", "pollConnect")),
          Map.entry("sun.nio.ch.UnixDomainSockets", Set.of("accept0")),
          Map.entry("sun.nio.ch.SocketDispatcher", Set.of("read0", "readv0")),
          Map.entry("sun.nio.ch.DatagramDispatcher", Set.of("read0", "readv0")),
          Map.entry("sun.nio.ch.UnixFileDispatcherImpl", Set.of("read0", "readv0", "pread0")),
          Map.entry("sun.nio.fs.LinuxWatchService", Set.of("poll")));

  /** Classes whose methods the JVM calls by itself. */
  private static final Set<String> CALLED_BY_THE_JVM =
      Set.of(
          "java.lang.ClassLoader",
          "java.lang.VirtualThread",
          "java.lang.invoke.MethodHandleNatives",
          "jdk.internal.vm.Continuation",
          "jdk.jfr.internal.JVMUpcalls");

  private static final Set<String> METHODS_CALLED_BY_THE_JVM = Set.of("<clinit>", "loadClass");

  /** What is known of this JVM. */
  private enum Trust {
    NOT_KNOWN,
    YES,
    NO
  }

  /** Racy: two threads that see NOT_KNOWN both find out, the same. */
  private static Trust trust = Trust.NOT_KNOWN;

  private IdleStack() {}

  /**
   * Tells whether what follows from a stack in HotSpot can be counted on: in this JVM it can, no
   * native agent came with it, and it shows {@link #MOST_FRAMES} frames. False also while there is
   * no stack or Java heap to find out.
   */
  static boolean isTrusted() {
    if (trust == Trust.NOT_KNOWN) {
      try {
        Headroom.checkFirst(); // a class of the JDK whose initialiser fails would be lost
        boolean isTrusted =
            isHotSpot() && !hasNativeAgent() && traceBelow(MOST_FRAMES) >= MOST_FRAMES;
        trust = isTrusted ? Trust.YES : Trust.NO;
      } catch (OutOfMemoryError | StackOverflowError noRoom) {
        return false;
      }
    }
    return trust == Trust.YES;
  }

  private static boolean isHotSpot() {
    return isHotSpot(
        System.getProperty("java.vm.name", ""), System.getProperty("java.vm.version", ""));
  }

  /**
   * Tells it from what the JVM says of itself; one with Graal's compiler has not been looked at.
   */
  static boolean isHotSpot(String vmName, String vmVersion) {
    boolean isNamedSo = vmName.contains("HotSpot") || vmName.equals("OpenJDK 64-Bit Server VM");
    return isNamedSo && !vmVersion.contains("jvmci");
  }

  private static boolean hasNativeAgent() {
    for (String argument : ProcessHandle.current().info().arguments().orElse(new String[0])) {
      if (isNativeAgent(argument)) {
        return true;
      }
    }
    return isNativeAgent(System.getenv().getOrDefault("JAVA_TOOL_OPTIONS", ""))
        || isNativeAgent(System.getenv().getOrDefault("JDK_JAVA_OPTIONS", ""));
  }

  /**
   * Tells whether an option of the JVM brings an agent; the JDK's debugger has no such callback.
   */
  static boolean isNativeAgent(String option) {
    String others = option.replace("-agentlib:jdwp", "");
    return others.contains("-agentpath:") || others.contains("-agentlib:");
  }

  /** Returns how many frames a trace has, of at least {@code levels} that are there. */
  private static int traceBelow(int levels) {
    return levels == 0 ? new Throwable().getStackTrace().length : traceBelow(levels - 1);
  }

  /**
   * Tells whether the slab of a thread can be taken: a handshake, for which the caller waits. False
   * where there is no stack or Java heap for what it shows.
   */
  static boolean isIdle(Thread thread) {
    try {
      return isIdle(thread.getStackTrace());
    } catch (OutOfMemoryError | StackOverflowError noRoom) {
      return false;
    }
  }

  /** Tells whether the slab of a thread with that trace can be taken. */
  static boolean isIdle(StackTraceElement[] trace) {
    if (trace.length == 0 || trace.length >= MOST_FRAMES || !isLeaf(trace[0])) {
      return false;
    }
    for (StackTraceElement frame : trace) {
      if (!isAtCall(frame)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLeaf(StackTraceElement top) {
    Set<String> methods = LEAVES.get(top.getClassName());
    return methods != null && top.isNativeMethod() && methods.contains(top.getMethodName());
  }

  /** Tells whether the frame below is at a call of the bytecode, as far as this one tells. */
  private static boolean isAtCall(StackTraceElement frame) {
    String name = frame.getClassName();
    return !METHODS_CALLED_BY_THE_JVM.contains(frame.getMethodName())
        && !CALLED_BY_THE_JVM.contains(name)
        && !name.startsWith("jdk.internal.loader.")
        && !name.startsWith("sun.instrument.")
        && !name.startsWith(PACKAGE);
  }
}
