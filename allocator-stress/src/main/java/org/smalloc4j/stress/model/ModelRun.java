package org.smalloc4j.stress.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * A search through the states of a model.
 *
 * @param model its file
 * @param name what threads do in it
 * @param flags sizes and weakenings: see the model
 * @param livelock whether it looks for endless runs in which no call ends, instead of for slots
 *     that are not where they should be
 * @param weakened whether it has to find an error
 */
record ModelRun(String model, String name, List<String> flags, boolean livelock, boolean weakened) {

  private static final String SLAB = "slab.pml";
  private static final String REVOCATION = "revocation.pml";

  private static final String SHARED_ONLY = "-DSHARED_ONLY";
  private static final String TRIM = "-DTRIM";
  private static final String SORTED = "-DSORTED";
  private static final String LIVE = "-DALL_LIVE";
  private static final String CARRIERS = "-DCARRIERS=2";
  private static final String OVERWRITE = "-DOVERWRITE";

  /** Searches that must find nothing, in a minute or two. */
  static List<ModelRun> quick() {
    return List.of(
        sound("shared words, 2 threads, 4 slots, 4 calls", sizes(2, 4, 4), SHARED_ONLY, TRIM),
        sound("shared words, 3 threads, 2 slots, 2 calls", sizes(3, 2, 2), SHARED_ONLY, TRIM),
        sound(
            "shared words, 2 threads, 3 slots, 4 calls, a free slot is written",
            sizes(2, 3, 4),
            SHARED_ONLY,
            OVERWRITE),
        sound(
            "sorted slots, 2 threads, 3 slots, 3 calls", sizes(2, 3, 3), SHARED_ONLY, TRIM, SORTED),
        sound(
            "sorted slots, 2 threads, 4 slots, 3 calls, all live",
            sizes(2, 4, 3),
            SHARED_ONLY,
            TRIM,
            SORTED,
            LIVE),
        sound("owners, 2 threads, 3 slots, 3 calls", sizes(2, 3, 3), TRIM, "-DRUN=2"),
        sound(
            "owners, 2 threads, 3 slots, 3 calls, all live", sizes(2, 3, 3), TRIM, LIVE, "-DRUN=2"),
        sound("owners, 3 threads, 2 slots, 1 call, all live", sizes(3, 2, 1), TRIM, LIVE),
        sound("owners, 3 threads, 2 slots, 2 calls", sizes(3, 2, 2)),
        sound(
            "2 virtual threads on 2 carriers, one ends, 2 slots, 2 calls",
            sizes(2, 2, 2),
            CARRIERS),
        lockFree("shared words, 2 threads, 2 slots, 3 calls", sizes(2, 2, 3), SHARED_ONLY, TRIM),
        lockFree("owners, 2 threads, 2 slots, 2 calls", sizes(2, 2, 2), TRIM),
        lockFree(
            "sorted slots, 2 threads, 2 slots, 3 calls", sizes(2, 2, 3), SHARED_ONLY, TRIM, SORTED),
        revocation("idle owners: 2 owners, 1 revoker, 3 calls", 2, 1, 3, 2),
        revocation("idle owners: 1 owner, 2 revokers, 4 calls", 1, 2, 4, 2),
        revocation("idle owners: 2 owners, 1 revoker, ownerId opaque", 2, 1, 3, 2, "-DOPAQUE"));
  }

  /** Searches that must find nothing, in an hour and with 16 GiB of memory. */
  static List<ModelRun> large() {
    return List.of(
        sound("shared words, 2 threads, 4 slots, 5 calls", sizes(2, 4, 5), SHARED_ONLY, TRIM),
        sound("shared words, 3 threads, 2 slots, 3 calls", sizes(3, 2, 3), SHARED_ONLY),
        sound(
            "sorted slots, 2 threads, 3 slots, 4 calls", sizes(2, 3, 4), SHARED_ONLY, TRIM, SORTED),
        sound("owners, 2 threads, 3 slots, 4 calls", sizes(2, 3, 4), TRIM, "-DRUN=2"),
        sound("owners, 3 threads, 3 slots, 2 calls", sizes(3, 3, 2), "-DRUN=2"),
        sound("owners, 3 threads, 2 slots, 2 calls, all live", sizes(3, 2, 2), TRIM, LIVE),
        sound(
            "2 virtual threads on 2 carriers, two end, 2 slots, 2 calls",
            sizes(2, 2, 2),
            CARRIERS,
            TRIM,
            "-DENDS=2"),
        lockFree("shared words, 2 threads, 3 slots, 4 calls", sizes(2, 3, 4), SHARED_ONLY, TRIM),
        lockFree("owners, 2 threads, 3 slots, 3 calls", sizes(2, 3, 3), TRIM),
        revocation("idle owners: 2 owners, 2 revokers, 3 calls", 2, 2, 3, 2),
        revocation("idle owners: 3 owners, 1 revoker, 2 calls", 3, 1, 2, 2));
  }

  /** Searches that must find something. */
  static List<ModelRun> weakenings() {
    return List.of(
        weakened("MODULUS=1", sizes(2, 3, 4), SHARED_ONLY),
        weakened("MODULUS=2", sizes(2, 3, 6), SHARED_ONLY),
        weakened("CAS_HEAD_BY_STORE", sizes(2, 2, 4), SHARED_ONLY),
        weakened("CAS_FRONTIER_BY_STORE", sizes(2, 2, 4), SHARED_ONLY),
        weakened("LINK_ONCE", sizes(2, 2, 4), SHARED_ONLY),
        weakened("LINK_LATE", sizes(2, 2, 4), SHARED_ONLY),
        weakened("ONE_LOOK", sizes(2, 2, 4), SHARED_ONLY),
        weakened("DROP_BY_STORE", sizes(2, 2, 4), SHARED_ONLY, OVERWRITE),
        weakened("END_ONCE", sizes(2, 2, 4), SHARED_ONLY),
        weakened("TRIM_UNCHECKED", sizes(2, 2, 4), SHARED_ONLY, TRIM),
        weakened("TAKE_BIT_BY_STORE", sizes(2, 3, 4), SHARED_ONLY, TRIM, SORTED),
        weakened("PUT_BITS_BY_STORE", sizes(2, 2, 3), SHARED_ONLY, TRIM, SORTED, LIVE),
        weakened("CLEAR_LATE", sizes(2, 2, 2), SHARED_ONLY, TRIM, SORTED, LIVE),
        weakened("CAS_OWNER_BY_STORE", sizes(2, 2, 3)),
        weakened("LIVE_ADOPTED", sizes(2, 2, 3)),
        weakened("OWNER_UNCHECKED", sizes(2, 2, 3)),
        weakened("DRAIN_UNOWNED", sizes(3, 2, 2), TRIM),
        weakened("UNMOUNTED_INSIDE", sizes(2, 2, 2), CARRIERS),
        weakened("NUMBER_REUSED", sizes(2, 2, 2), CARRIERS),
        weakened("ENDED_EARLY", sizes(2, 2, 2), CARRIERS),
        livelocked("HEAD_ONCE", sizes(2, 2, 3), SHARED_ONLY),
        revocationWeakened("NO_HANDSHAKE", 1),
        revocationWeakened("ANY_STACK", 1),
        revocationWeakened("JVM_CALLS", 1),
        revocationWeakened("ALLOCATOR_STACK", 1),
        revocationWeakened("NOBODY_LATE", 1),
        revocationWeakened("COMMIT_BY_STORE", 1),
        revocationWeakened("RESUME_BY_STORE", 1),
        revocationWeakened("ID_LATE", 1),
        revocationWeakened("SAME_QUESTION", 2));
  }

  private static String[] sizes(int threads, int slots, int calls) {
    return new String[] {"-DTHREADS=" + threads, "-DSLOTS=" + slots, "-DOPS=" + calls};
  }

  private static ModelRun revocation(
      String name, int owners, int revokers, int calls, int asks, String... flags) {
    return new ModelRun(
        REVOCATION, name, all(threads(owners, revokers, calls, asks), flags), false, false);
  }

  private static ModelRun revocationWeakened(String weakening, int revokers) {
    List<String> flags =
        all(threads(1, revokers, 3 + revokers, 2), new String[0], "-D" + weakening);
    return new ModelRun(REVOCATION, weakening, flags, false, true);
  }

  private static String[] threads(int owners, int revokers, int calls, int asks) {
    return new String[] {
      "-DOWNERS=" + owners, "-DREVOKERS=" + revokers, "-DOPS=" + calls, "-DASKS=" + asks
    };
  }

  private static ModelRun sound(String name, String[] sizes, String... flags) {
    return new ModelRun(SLAB, name, all(sizes, flags), false, false);
  }

  private static ModelRun lockFree(String name, String[] sizes, String... flags) {
    return new ModelRun(SLAB, name + ": lock freedom", all(sizes, flags), true, false);
  }

  private static ModelRun weakened(String weakening, String[] sizes, String... flags) {
    return new ModelRun(SLAB, weakening, all(sizes, flags, "-D" + weakening), false, true);
  }

  private static ModelRun livelocked(String weakening, String[] sizes, String... flags) {
    return new ModelRun(SLAB, weakening, all(sizes, flags, "-D" + weakening), true, true);
  }

  private static List<String> all(String[] sizes, String[] flags, String... more) {
    return Stream.of(sizes, flags, more).flatMap(Stream::of).toList();
  }
}
