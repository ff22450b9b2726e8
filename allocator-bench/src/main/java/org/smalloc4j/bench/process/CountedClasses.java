package org.smalloc4j.bench.process;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.smalloc4j.Smalloc;

/**
 * The class files of the allocator with a call of {@link SharedWrites#count} before each write that
 * other threads may contend for: a swap or an ordered store through a {@code VarHandle} or an
 * {@code Atomic…}, and a store to a volatile field.
 *
 * <p>It is the shipped code that is counted, not a copy of its source.
 */
public final class CountedClasses {

  static final String PROPERTY = "smalloc4j.bench.counted";

  private static final Set<String> OWNERS =
      Set.of(
          "java/lang/invoke/VarHandle",
          "java/util/concurrent/atomic/AtomicInteger",
          "java/util/concurrent/atomic/AtomicLong");

  private static final Pattern WRITES =
      Pattern.compile(
          "(?i)(weak)?compareAnd.*|getAnd.*|.*AndGet|set(Opaque|Release|Volatile)|lazySet|set");

  private static final ClassDesc COUNTER = ClassDesc.of(SharedWrites.class.getName());
  private static final String ROOT = "org/smalloc4j";
  private static final String CLASS = ".class";

  private CountedClasses() {}

  /** The option by which a JVM is started that has them first on its class path. */
  public static String jvmOption() {
    return "-D" + PROPERTY + "=true";
  }

  /** Writes them below {@code directory}. */
  public static void writeTo(Path directory) throws IOException {
    writeTo(directory, CountedClasses::counted);
  }

  /** Writes the allocator's classes below {@code directory}, each changed. */
  static void writeTo(Path directory, UnaryOperator<byte[]> change) throws IOException {
    Path classes = classesOfTheAllocator();
    try (var files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith(CLASS)).toList()) {
        Path copy = directory.resolve(classes.relativize(file).toString());
        if (copy.startsWith(directory.resolve(ROOT))) {
          Files.createDirectories(copy.getParent());
          Files.write(copy, change.apply(Files.readAllBytes(file)));
        }
      }
    }
  }

  /** A directory where the project was built, the jar's root where it is a jar. */
  private static Path classesOfTheAllocator() throws IOException {
    try {
      Path code =
          Path.of(Smalloc.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isDirectory(code) ? code : FileSystems.newFileSystem(code).getPath("/");
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  static byte[] counted(byte[] bytes) {
    ClassFile classFile = ClassFile.of();
    ClassModel model = classFile.parse(bytes);
    Set<String> volatiles =
        model.fields().stream()
            .filter(field -> field.flags().has(AccessFlag.VOLATILE))
            .map(field -> field.fieldName().stringValue())
            .collect(Collectors.toSet());
    CodeTransform transform =
        (CodeBuilder builder, CodeElement element) -> {
          if (isSharedWrite(element, volatiles)) {
            builder.invokestatic(COUNTER, "count", MethodTypeDesc.ofDescriptor("()V"));
          }
          builder.with(element);
        };
    return classFile.transformClass(model, ClassTransform.transformingMethodBodies(transform));
  }

  private static boolean isSharedWrite(CodeElement element, Set<String> volatiles) {
    return switch (element) {
      case InvokeInstruction call ->
          OWNERS.contains(call.owner().asInternalName())
              && WRITES.matcher(call.name().stringValue()).matches()
              && !isPlainStore(call);
      case FieldInstruction access ->
          access.opcode().name().startsWith("PUT")
              && volatiles.contains(access.name().stringValue());
      default -> false;
    };
  }

  /** A {@code VarHandle}'s {@code set} is a plain store, unlike that of an {@code Atomic…}. */
  private static boolean isPlainStore(InvokeInstruction call) {
    return call.owner().asInternalName().endsWith("VarHandle")
        && call.name().stringValue().equals("set");
  }
}
