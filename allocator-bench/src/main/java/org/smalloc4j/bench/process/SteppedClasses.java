package org.smalloc4j.bench.process;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The class files of the allocator with a call of {@link Steps#count} before each access through a
 * {@code VarHandle} or a {@code MemorySegment}, which all off-heap accesses are, and before each
 * branch backwards, which ends a round of a loop. Copying or clearing a piece of memory is one
 * access.
 */
public final class SteppedClasses {

  private static final Set<String> OWNERS =
      Set.of("java/lang/invoke/VarHandle", "java/lang/foreign/MemorySegment");

  private static final ClassDesc COUNTER = ClassDesc.of(Steps.class.getName());

  private SteppedClasses() {}

  /** Writes them below {@code directory}. */
  public static void writeTo(Path directory) throws IOException {
    CountedClasses.writeTo(directory, SteppedClasses::stepped);
  }

  static byte[] stepped(byte[] bytes) {
    ClassFile classFile = ClassFile.of();
    return classFile.transformClass(
        classFile.parse(bytes),
        ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(OfMethod::new)));
  }

  /** Knows which labels it has passed: a branch to one of them goes back. */
  private static final class OfMethod implements CodeTransform {
    private final Set<Label> passed = new HashSet<>();

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      if (element instanceof LabelTarget target) {
        passed.add(target.label());
      }
      if (isStep(element)) {
        builder.invokestatic(COUNTER, "count", MethodTypeDesc.ofDescriptor("()V"));
      }
      builder.with(element);
    }

    private boolean isStep(CodeElement element) {
      return switch (element) {
        case InvokeInstruction call ->
            OWNERS.contains(call.owner().asInternalName())
                && call.name()
                    .stringValue()
                    .matches("(?i)(?!.*fence).*(get|set|compare|copy|fill).*");
        case BranchInstruction branch -> passed.contains(branch.target());
        default -> false;
      };
    }
  }
}
