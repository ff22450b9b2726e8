package org.smalloc4j.internal.os;

import org.jspecify.annotations.Nullable;

/**
 * The operating system's calls on address space.
 *
 * <p>Preconditions of every call: addresses and sizes are multiples of {@link #osPageBytes()}, and
 * but for the two that reserve the stretch lies within one that one of these returned and that has
 * not been released. All calls are safe from any thread, and discards on one instance take turns;
 * each makes system calls. {@code reserve}, {@code advise}, {@code discard} and {@code release}
 * need no Java heap when they succeed, and have changed nothing when they throw.
 */
public interface VirtualMemory {

  /** What the operating system is asked to do with a stretch; it may ignore it. */
  enum Advice {
    /** No transparent huge pages: an OS page is backed when it is touched, and only that one. */
    NO_HUGE_PAGES,
    /** Leave the stretch out of core dumps. */
    NO_CORE_DUMP,
    /** Huge pages where they fit, each backed as a whole when a part of it is touched. */
    HUGE_PAGES
  }

  /**
   * Reserves a stretch, readable and writable, private to the process and backed by memory page by
   * page when it is first touched. Contents: zero.
   *
   * @param hint where the stretch should begin if that is free, 0 for no wish; never replaces a
   *     mapping
   * @param byteSize bytes
   * @return where the stretch begins, not necessarily at {@code hint}
   * @throws OsException if the system refuses
   */
  long reserve(long hint, long byteSize) throws OsException;

  /**
   * Reserves a stretch that nobody can access, so that it counts for no limit but that of
   * addresses. {@link #commit} makes parts of it accessible.
   *
   * @param hint as for {@link #reserve}
   * @throws OsException if the system refuses
   */
  default long reserveInaccessible(long hint, long byteSize) throws OsException {
    throw new OsException("a reservation of " + byteSize + " bytes without access", 0);
  }

  /**
   * Makes a stretch readable and writable, backed by memory page by page when it is first touched.
   * Contents: zero where it was not accessible, unchanged where it was. Needs no Java heap, refused
   * or not.
   *
   * @return false if the system refuses; then nothing has changed
   */
  default boolean commit(long address, long byteSize) {
    return false;
  }

  /**
   * Ends what fills memory before it is used, {@code mlockall} for one, at a stretch that nobody
   * accesses: all that lies behind it and was reserved with it stays as it is. A request that the
   * system may not know.
   */
  default void stopFilling(long address, long byteSize) {}

  /** Gives advice on a stretch. Contents: unchanged. Returns false if the system knows better. */
  boolean advise(long address, long byteSize, Advice advice);

  /**
   * Gives the memory behind a stretch back and keeps the addresses. Contents: zero.
   *
   * @return bytes of the stretch that were backed by memory
   * @throws OsException if the system refuses
   */
  long discard(long address, long byteSize) throws OsException;

  /**
   * Gives the memory behind a stretch back, as {@link #discard}, but counts nothing and takes no
   * turns. Needs no Java heap, refused or not. Contents: zero.
   *
   * @return false if the system refuses; then the contents are as they were, or zero
   */
  default boolean drop(long address, long byteSize) {
    return false;
  }

  /**
   * Locks in memory whatever of a stretch is backed, now or later, until it is given back.
   * Contents: unchanged, and nothing else becomes backed.
   *
   * @throws OsException if the system refuses
   * @throws UnsupportedOperationException if it cannot lock what is backed and leave the rest alone
   */
  default void lock(long address, long byteSize) throws OsException {
    throw new UnsupportedOperationException(
        "this system locks whole stretches only, touched or not; lockMemory needs Linux");
  }

  /** Says which limit a {@link #lock} ran into and what to change, as {@link #whyRefused}. */
  default String whyNotLocked(OsException refusal, long byteSize) {
    return "raise the limit of locked memory (ulimit -l) to " + byteSize + " bytes or more";
  }

  /**
   * Returns about how many bytes of a stretch are backed by memory, by a few looks. A hint: what is
   * swapped out counts as not backed. Takes no turns, needs no Java heap. Contents: unchanged.
   *
   * @param answer address of a byte of the caller's, backed by memory, which is overwritten
   * @return all of them if the system does not tell
   */
  default long backedAbout(long address, long byteSize, long answer) {
    return byteSize;
  }

  /**
   * Returns how many bytes of a stretch are backed by memory; what is swapped out is not. Takes
   * turns with discards. Needs no Java heap unless the system refuses. Contents: unchanged.
   *
   * @return all of them if the system does not tell
   */
  default long backed(long address, long byteSize) {
    return byteSize;
  }

  /**
   * Changes the size of a stretch as a whole: where it is, or by moving what is mapped to other
   * addresses, OS page by OS page and without a copy. Contents: kept up to the smaller size, zero
   * beyond. Needs no Java heap.
   *
   * @param mayMove whether it may begin elsewhere afterwards; its old addresses are free then
   * @return where it begins now; 0 if the system refuses or has no such call, and nothing has
   *     changed
   */
  default long resize(long address, long byteSize, long newByteSize, boolean mayMove) {
    return 0;
  }

  /**
   * Gives a stretch back, memory and addresses. Contents: gone; an access crashes the JVM.
   *
   * @throws OsException if the system refuses
   */
  void release(long address, long byteSize) throws OsException;

  /**
   * Returns a call that releases a stretch, for a queue of the JDK to hold: it keeps none of our
   * classes reachable. Whether it fails nobody learns. Null if this system has none.
   */
  default @Nullable DeferredCall releaseLater(long address, long byteSize) {
    return null;
  }

  /**
   * Says which limit a {@link #reserve} ran into and what to change, as it is at the time of this
   * call. To be called at once, and only then: it reads files.
   *
   * @param byteSize what was refused
   * @return a clause that can follow a semicolon or a colon; all candidates if the limit is not
   *     known
   */
  default String whyRefused(OsException refusal, long byteSize) {
    return "raise the process's address space (ulimit -v) or its data segment (ulimit -d), allow"
        + " overcommit (vm.overcommit_memory=1), or close other heaps";
  }

  /** Returns the bytes of an OS page, a power of two. */
  long osPageBytes();

  /**
   * Returns the implementation for an operating system.
   *
   * @param osName as in the system property {@code os.name}
   * @throws UnsupportedOperationException if there is none
   */
  static VirtualMemory of(String osName) {
    if (osName.startsWith("Linux")) {
      return new PosixMemory(PosixConstants.LINUX);
    }
    if (osName.startsWith("Mac")) {
      return new PosixMemory(PosixConstants.MACOS);
    }
    throw new UnsupportedOperationException(
        "smalloc4j reserves memory on Linux and macOS, not on " + osName);
  }
}
