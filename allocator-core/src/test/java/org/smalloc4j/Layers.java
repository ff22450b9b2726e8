package org.smalloc4j;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layers of the core and what a compiled class may use in its layer.
 *
 * <p>Three rules, read off the constant pool of a class file, in which every class and member it
 * names must stand:
 *
 * <ol>
 *   <li>A package uses itself, {@code java.*}, the JSpecify annotations and the packages {@link
 *       #MAY_USE} lists for it, and stands in that list itself.
 *   <li>Native calls ({@code Linker}, {@code SymbolLookup}) stand in {@code internal.os} alone, but
 *       for {@code c}, which hands out pointers that C calls and calls nothing itself: it names
 *       both, and links no downcall.
 *   <li>Memory is read and written in {@code internal.raw} alone. Other packages may create, slice
 *       and pass segments on; {@code internal.os} may also access the segments it allocates for
 *       errno, but not {@code reinterpret} one.
 * </ol>
 */
final class Layers {
  private static final String ROOT = "org.smalloc4j";
  private static final String ADDRESS = ROOT + ".internal.address";
  private static final String RAW = ROOT + ".internal.raw";
  private static final String OS = ROOT + ".internal.os";
  private static final String SLAB = ROOT + ".internal.slab";
  private static final String C = ROOT + ".c";

  /** In the order of DESIGN.md section 3: a package uses only packages that stand before it. */
  static final Map<String, Set<String>> MAY_USE = new LinkedHashMap<>();

  static {
    MAY_USE.put(ADDRESS, Set.of());
    MAY_USE.put(RAW, Set.of(ADDRESS));
    MAY_USE.put(OS, Set.of(ADDRESS, RAW));
    MAY_USE.put(SLAB, Set.of(ADDRESS, RAW, OS));
    MAY_USE.put(ROOT, Set.of(ADDRESS, RAW, OS, SLAB));
    MAY_USE.put(ROOT + ".arena", Set.of(ROOT));
    MAY_USE.put(ROOT + ".pool", Set.of(ROOT));
    MAY_USE.put(ROOT + ".observe", Set.of(ROOT));
    MAY_USE.put(C, Set.of(ROOT));
    MAY_USE.put(ROOT + ".hardened", Set.of(ROOT));
    MAY_USE.put(ROOT + ".classic", Set.of(ROOT, OS, RAW));
  }

  /** A class name inside a descriptor, a signature or an annotation. */
  private static final Pattern NAME_IN_DESCRIPTOR =
      Pattern.compile("L((?:[\\w$-]+/)+[\\w$-]+)[;<]");

  private static final String DOWNCALL = "java.lang.foreign.Linker.downcallHandle";

  private static final String SEGMENT = "java.lang.foreign.MemorySegment";
  private static final Set<String> SEGMENT_ACCESS =
      Set.of(
          "get",
          "set",
          "getAtIndex",
          "setAtIndex",
          "getString",
          "setString",
          "fill",
          "copy",
          "copyFrom",
          "mismatch",
          "toArray");

  private Layers() {}

  /** Returns what is wrong with a class, one sentence each; nothing if it keeps to its layer. */
  static List<String> violations(ClassModel type) {
    String name = type.thisClass().asInternalName().replace('/', '.');
    String home = packageOf(name);
    Set<String> mayUse = MAY_USE.get(home);
    if (mayUse == null) {
      return List.of(name + " is in " + home + ", which is not in the list of layers");
    }
    List<String> found = new ArrayList<>();
    for (String used : classesNamedBy(type)) {
      String target = packageOf(used);
      if (!target.equals(home) && !mayUse.contains(target) && !isOpenToAll(target)) {
        found.add(name + " uses " + used + ", but " + home + " may not use " + target);
      }
      if (isNativeCall(used) && !home.equals(OS) && !home.equals(C)) {
        found.add(name + " uses " + used + ", but native calls belong in " + OS);
      }
    }
    for (PoolEntry entry : type.constantPool()) {
      if (entry instanceof MemberRefEntry member) {
        String used =
            member.owner().asInternalName().replace('/', '.') + "." + member.name().stringValue();
        if (!mayAccess(home, member)) {
          found.add(name + " calls " + used + ", but memory is accessed in " + RAW);
        }
        if (home.equals(C) && used.equals(DOWNCALL)) {
          found.add(name + " calls " + used + ", but downcalls are made in " + OS);
        }
      }
    }
    return found;
  }

  private static Set<String> classesNamedBy(ClassModel type) {
    Set<String> names = new TreeSet<>();
    for (PoolEntry entry : type.constantPool()) {
      switch (entry) {
        case ClassEntry used when !used.asInternalName().startsWith("[") ->
            names.add(used.asInternalName().replace('/', '.'));
        case Utf8Entry text -> {
          Matcher matcher = NAME_IN_DESCRIPTOR.matcher(text.stringValue());
          while (matcher.find()) {
            names.add(matcher.group(1).replace('/', '.'));
          }
        }
        default -> {}
      }
    }
    return names;
  }

  private static boolean isOpenToAll(String packageName) {
    return packageName.startsWith("java.") || packageName.equals("org.jspecify.annotations");
  }

  private static boolean isNativeCall(String className) {
    return className.matches("java\\.lang\\.foreign\\.(Linker|SymbolLookup)(\\$.*)?");
  }

  private static boolean mayAccess(String home, MemberRefEntry member) {
    if (home.equals(RAW)) {
      return true;
    }
    String owner = member.owner().asInternalName().replace('/', '.');
    String method = member.name().stringValue();
    if (owner.equals(SEGMENT) && method.equals("reinterpret")) {
      return false;
    }
    if (home.equals(OS)) {
      return true;
    }
    boolean throughSegment = owner.equals(SEGMENT) && SEGMENT_ACCESS.contains(method);
    boolean throughHandle =
        owner.equals("java.lang.invoke.VarHandle")
            && member.type().stringValue().contains("Ljava/lang/foreign/MemorySegment;");
    boolean makesHandle =
        owner.startsWith("java.lang.foreign.") && method.matches("(arrayElementV|v)arHandle");
    return !throughSegment && !throughHandle && !makesHandle;
  }

  private static String packageOf(String className) {
    return className.substring(0, Math.max(0, className.lastIndexOf('.')));
  }
}
