package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LayersTest {
  @Test
  void everyClassOfTheCoreKeepsToItsLayer() throws IOException, URISyntaxException {
    List<ClassModel> core = core();
    List<String> violations = new ArrayList<>();
    for (ClassModel type : core) {
      violations.addAll(Layers.violations(type));
    }
    assertFalse(core.isEmpty(), "no class file found");
    assertEquals(List.of(), violations);
  }

  @Test
  void aPackageUsesOnlyPackagesThatStandBeforeItInTheList() {
    Set<String> before = new HashSet<>();
    for (Map.Entry<String, Set<String>> layer : Layers.MAY_USE.entrySet()) {
      assertTrue(before.containsAll(layer.getValue()), layer.toString());
      before.add(layer.getKey());
    }
  }

  @Test
  void aLowerLayerThatNamesAHigherOneIsFound() {
    String lower = "org.smalloc4j.internal.address.Lower";
    assertEquals(
        List.of(
            lower
                + " uses org.smalloc4j.Allocator, but org.smalloc4j.internal.address"
                + " may not use org.smalloc4j"),
        Layers.violations(classWithMethodReturning(lower, "org.smalloc4j.Allocator")));
  }

  @Test
  void aPackageOutsideTheListIsFound() {
    String stray = "org.smalloc4j.stray.Stray";
    assertEquals(
        List.of(stray + " is in org.smalloc4j.stray, which is not in the list of layers"),
        Layers.violations(classWithMethodReturning(stray, "java.lang.String")));
  }

  @Test
  void aLibraryIsFound() {
    String user = "org.smalloc4j.User";
    assertEquals(
        List.of(user + " uses org.agrona.Buffer, but org.smalloc4j may not use org.agrona"),
        Layers.violations(classWithMethodReturning(user, "org.agrona.Buffer")));
  }

  @Test
  void aNativeCallOutsideTheOsLayerIsFound() throws IOException {
    assertEquals(
        List.of(
            "org.smalloc4j.LayersTest$CallsNative uses java.lang.foreign.Linker,"
                + " but native calls belong in org.smalloc4j.internal.os"),
        Layers.violations(compiled(CallsNative.class)));
  }

  @Test
  void aDowncallFromThePackageOfPointersForCIsFound() {
    String caller = "org.smalloc4j.c.Caller";
    assertEquals(
        List.of(
            caller
                + " calls java.lang.foreign.Linker.downcallHandle,"
                + " but downcalls are made in org.smalloc4j.internal.os"),
        Layers.violations(classThatLinks(caller, "downcallHandle")));
    assertEquals(List.of(), Layers.violations(classThatLinks(caller, "upcallStub")));
  }

  @Test
  void anAccessToMemoryOutsideTheRawLayerIsFound() throws IOException {
    String accesses = "org.smalloc4j.LayersTest$AccessesMemory calls ";
    String rule = ", but memory is accessed in org.smalloc4j.internal.raw";
    assertEquals(
        Set.of(
            accesses + "java.lang.foreign.MemorySegment.get" + rule,
            accesses + "java.lang.foreign.MemorySegment.reinterpret" + rule,
            accesses + "java.lang.foreign.ValueLayout$OfInt.varHandle" + rule,
            accesses + "java.lang.invoke.VarHandle.getAcquire" + rule),
        Set.copyOf(Layers.violations(compiled(AccessesMemory.class))));
  }

  @Test
  void slicingASegmentIsNoAccess() throws IOException {
    assertEquals(List.of(), Layers.violations(compiled(SlicesSegment.class)));
  }

  /** Breaks the rule on native calls. */
  static final class CallsNative {
    static Object linker() {
      return Linker.nativeLinker();
    }
  }

  /** Breaks the rule on memory access, in four ways. */
  static final class AccessesMemory {
    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

    static int read(MemorySegment segment) {
      return segment.get(ValueLayout.JAVA_INT, 0) + (int) WORD.getAcquire(segment, 0L);
    }

    @SuppressWarnings("restricted")
    static MemorySegment everything() {
      return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }
  }

  /** Handles a segment as the public package may. */
  static final class SlicesSegment {
    static long end(MemorySegment segment) {
      return segment.asSlice(segment.byteSize()).address();
    }
  }

  private static ClassModel classWithMethodReturning(String name, String returned) {
    ClassFile classFile = ClassFile.of();
    return classFile.parse(
        classFile.build(
            ClassDesc.of(name),
            type ->
                type.withMethod(
                    "uses",
                    MethodTypeDesc.of(ClassDesc.of(returned)),
                    ClassFile.ACC_ABSTRACT,
                    _ -> {})));
  }

  private static ClassModel classThatLinks(String name, String method) {
    ClassDesc linker = ClassDesc.of(Linker.class.getName());
    ClassFile classFile = ClassFile.of();
    return classFile.parse(
        classFile.build(
            ClassDesc.of(name),
            type ->
                type.withMethodBody(
                    "link",
                    MethodTypeDesc.ofDescriptor("()V"),
                    ClassFile.ACC_STATIC,
                    code ->
                        code.aconst_null()
                            .invokeinterface(linker, method, MethodTypeDesc.ofDescriptor("()V"))
                            .return_())));
  }

  private static ClassModel compiled(Class<?> type) throws IOException {
    try (InputStream bytes =
        LayersTest.class.getResourceAsStream(
            type.getName().substring("org.smalloc4j.".length()) + ".class")) {
      return ClassFile.of().parse(bytes.readAllBytes());
    }
  }

  private static List<ClassModel> core() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Allocator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<ClassModel> core = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(LayersTest::isClassFile).toList()) {
        core.add(ClassFile.of().parse(file));
      }
    }
    return core;
  }

  private static boolean isClassFile(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".class") && !name.equals("module-info.class");
  }
}
