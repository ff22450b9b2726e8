package org.smalloc4j.bench.allocator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The C allocators, as {@code allocators.c} finds their functions. */
public enum CLibrary {
  GLIBC("glibc", "", "-", "malloc", "free"),
  MIMALLOC("mimalloc", "mimalloc/libmimalloc.so", "-", "mi_malloc", "mi_free"),
  RPMALLOC(
      "rpmalloc",
      "rpmalloc/liblwjgl_rpmalloc.so",
      "Java_org_lwjgl_system_rpmalloc_RPmalloc_nrpmalloc_1initialize",
      "@Java_org_lwjgl_system_rpmalloc_RPmalloc_rpmalloc_1address",
      "@Java_org_lwjgl_system_rpmalloc_RPmalloc_rpfree_1address"),
  JEMALLOC("jemalloc", "jemalloc/libjemalloc.so", "-", "je_malloc", "je_free");

  private final String label;
  private final String path;
  private final String init;
  private final String malloc;
  private final String free;

  CLibrary(String label, String path, String init, String malloc, String free) {
    this.label = label;
    this.path = path;
    this.init = init;
    this.malloc = malloc;
    this.free = free;
  }

  /** All of them. */
  public static List<CLibrary> all() {
    return Arrays.asList(values());
  }

  public String label() {
    return label;
  }

  /** Whether it comes with LWJGL; else it is part of every process. */
  public boolean isBundled() {
    return !path.isEmpty();
  }

  /** Name of the function to call first, "-" for none. */
  public String init() {
    return init;
  }

  /** Name of the function, or "@" and the name of one that returns its address. */
  public String malloc() {
    return malloc;
  }

  public String free() {
    return free;
  }

  /** Writes the library to a file. */
  public void copyTo(Path file) throws IOException {
    BundledLibrary.copy(path, file);
  }
}
