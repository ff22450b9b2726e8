package org.smalloc4j.stress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.AccessFlag;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.smalloc4j.Smalloc;

/** Where the core accesses memory that threads share, as its class files tell. */
final class SharedAccesses {
  /** Calls that make the method they are in one that accesses shared memory. */
  private static final Pattern SHARED =
      Pattern.compile(
          "org/smalloc4j/internal/raw/RawMemory\\.(loadAcquire|storeReleaseFenced|casVolatile|loadLinkPlain|storeLinkPlain)"
              + "|java/lang/invoke/VarHandle\\..*|java/util/concurrent/atomic/.*");

  private final Set<String> methods = new TreeSet<>();
  private final Set<String> mutableFields = new TreeSet<>();

  /** Reads the class files of the core. */
  static SharedAccesses ofCore() throws IOException, URISyntaxException {
    SharedAccesses accesses = new SharedAccesses();
    URI core = Smalloc.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path path = Path.of(core);
    if (Files.isDirectory(path)) {
      accesses.readAll(path);
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(path)) {
        accesses.readAll(jar.getPath("/"));
      }
    }
    return accesses;
  }

  /** Returns the methods with such an access, as Class.method. */
  Set<String> methods() {
    return methods;
  }

  /** Returns the fields that can change after the constructor, and arrays, as Class.field. */
  Set<String> mutableFields() {
    return mutableFields;
  }

  private void readAll(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files.filter(file -> file.toString().endsWith(".class")).forEach(this::read);
    }
  }

  private void read(Path file) {
    ClassModel model;
    try {
      model = ClassFile.of().parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String internalName = model.thisClass().asInternalName();
    if (internalName.endsWith("/RawMemory") || internalName.endsWith("-info")) {
      return; // the accesses themselves
    }
    String name = internalName.substring(internalName.lastIndexOf('/') + 1);
    for (MethodModel method : model.methods()) {
      if (!method.methodName().stringValue().startsWith("<")) {
        method.code().ifPresent(code -> code.forEach(sharedAccess(name, method)));
      }
    }
    for (FieldModel field : model.fields()) {
      boolean isArray = field.fieldType().stringValue().startsWith("[");
      if ((!field.flags().has(AccessFlag.FINAL) || isArray)
          && !field.flags().has(AccessFlag.STATIC)) {
        mutableFields.add(name + "." + field.fieldName().stringValue());
      }
    }
  }

  private Consumer<Object> sharedAccess(String className, MethodModel method) {
    return element -> {
      if (element instanceof InvokeInstruction call
          && SHARED
              .matcher(call.owner().asInternalName() + "." + call.name().stringValue())
              .matches()) {
        methods.add(className + "." + method.methodName().stringValue());
      }
    };
  }
}
