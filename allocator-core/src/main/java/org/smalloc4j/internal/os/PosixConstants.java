package org.smalloc4j.internal.os;

/**
 * The numbers in which POSIX systems differ.
 *
 * @param mapFlags mmap flags: private, anonymous, and no swap set aside
 * @param dontNeed madvise number for "drop the contents, read zeros", {@link #NONE} where the
 *     system does not promise the zeros
 * @param noHugePages madvise number, {@link #NONE} where the system has no such advice
 * @param noCoreDump madvise number, {@link #NONE} where the system has no such advice
 * @param hugePages madvise number, {@link #NONE} where the system has no such advice
 * @param guard madvise number for "an access faults; so does what fills memory for mlockall, which
 *     then goes on behind the mapping", {@link #NONE} where the system has no such advice
 */
record PosixConstants(
    int mapFlags, int dontNeed, int noHugePages, int noCoreDump, int hugePages, int guard) {
  static final int NONE = -1;

  /** PROT_READ | PROT_WRITE, alike everywhere. */
  static final int READ_WRITE = 0x1 | 0x2;

  /** PROT_NONE, alike everywhere. */
  static final int NO_ACCESS = 0;

  /** MAP_FIXED, alike everywhere: replace what is mapped at the address. */
  static final int MAP_FIXED = 0x10;

  /** MADV_DONTNEED_LOCKED, of Linux 5.18 and later: as MADV_DONTNEED, of locked memory too. */
  static final int DONT_NEED_LOCKED = 24;

  /** MLOCK_ONFAULT, of Linux: what is backed by memory is locked, and nothing else backed. */
  static final int LOCK_ON_FAULT = 0x1;

  /** MREMAP_MAYMOVE, of Linux alone. */
  static final int MREMAP_MAYMOVE = 0x1;

  /**
   * MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, MADV_DONTNEED, MADV_NOHUGEPAGE, MADV_DONTDUMP,
   * MADV_HUGEPAGE, MADV_GUARD_INSTALL (of Linux 6.13 and later).
   */
  static final PosixConstants LINUX = new PosixConstants(0x2 | 0x20 | 0x4000, 4, 15, 16, 14, 102);

  /** MAP_PRIVATE | MAP_ANON | MAP_NORESERVE; MADV_DONTNEED keeps the contents there. */
  static final PosixConstants MACOS =
      new PosixConstants(0x2 | 0x1000 | 0x40, NONE, NONE, NONE, NONE, NONE);
}
