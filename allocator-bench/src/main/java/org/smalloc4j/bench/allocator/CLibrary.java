package org.smalloc4j.bench.allocator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A C allocator, as the C driver finds its functions.
 *
 * @param resource where it lies in LWJGL's jars, null if it comes from elsewhere
 * @param file of a library of this machine, null if it comes with LWJGL or is part of every process
 * @param init function to call first, "-" for none
 * @param functions names of malloc, calloc, memalign, realloc and free; after "@", of functions
 *     that return the address
 */
public record CLibrary(
    String label,
    @Nullable String resource,
    @Nullable Path file,
    String init,
    List<String> functions) {

  private static final String NO_INIT = "-";
  private static final String RPMALLOC = "Java_org_lwjgl_system_rpmalloc_RPmalloc_";

  /** All that are on this machine. */
  public static List<CLibrary> all() {
    var all = new ArrayList<CLibrary>();
    all.add(new CLibrary("glibc", null, null, NO_INIT, named("")));
    all.add(bundled("mimalloc", "mimalloc/libmimalloc.so", NO_INIT, named("mi_")));
    all.add(
        bundled(
            "rpmalloc",
            "rpmalloc/liblwjgl_rpmalloc.so",
            RPMALLOC + "nrpmalloc_1initialize",
            List.of(
                accessor("rpmalloc"),
                accessor("rpcalloc"),
                accessor("rpaligned_1alloc"),
                accessor("rprealloc"),
                accessor("rpfree"))));
    all.add(
        bundled(
            "jemalloc",
            "jemalloc/libjemalloc.so",
            NO_INIT,
            List.of("je_malloc", "je_calloc", "je_aligned_alloc", "je_realloc", "je_free")));
    InstalledLibrary.tcmalloc().ifPresent(found -> all.add(of("tcmalloc", found)));
    InstalledLibrary.chosen().ifPresent(found -> all.add(of("other", found)));
    return List.copyOf(all);
  }

  private static CLibrary of(String label, InstalledLibrary library) {
    return new CLibrary(label, null, library.file(), NO_INIT, named(library.prefix()));
  }

  private static CLibrary bundled(
      String label, String resource, String init, List<String> functions) {
    return new CLibrary(label, resource, null, init, functions);
  }

  private static List<String> named(String prefix) {
    return List.of(
        prefix + "malloc",
        prefix + "calloc",
        prefix + "memalign",
        prefix + "realloc",
        prefix + "free");
  }

  private static String accessor(String function) {
    return "@" + RPMALLOC + function + "_1address";
  }

  /** Writes a library of LWJGL's to {@code target}. */
  public void copyTo(Path target) throws IOException {
    if (resource == null) {
      throw new IllegalStateException(label + " is not one of LWJGL's");
    }
    BundledLibrary.copy(resource, target);
  }
}
