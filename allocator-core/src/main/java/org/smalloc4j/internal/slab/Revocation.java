package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * Takes slabs from owners that live and are idle, and gives what their stashes and outboxes hold to
 * the shared words. Waits for one handshake for each owner that may be idle; owners wait for
 * nothing.
 */
final class Revocation {
  /*
   * Idea: an owner uses its stash with plain accesses, after a look at the slab's ownerId. So who
   * takes the slab away changes ownerId first, and then makes sure that the owner has neither an
   * operation under way nor an old ownerId in a register: by a handshake, which a trace of its stack
   * is, and by what the trace shows (IdleStack). It costs the owner nothing.
   *
   *   owners[slab]   null -- nobody's           owner     -- the owner's
   *                  IN_HAND -- one thread has it in hand, and nobody else touches it
   *                  question -- the owner's, whom a revoker asks; a new object for each revocation
   *
   *   revoker   CAS owner to question; ownerId = NOBODY, fence; handshake;
   *             if it shows that the owner is idle, CAS question to IN_HAND: the slab is taken, then
   *             drain, then null, or DEAD at once; else CAS question to owner.
   *   owner     in its slow way, where ownerId is not its own but owner or question is: CAS to
   *             IN_HAND, ownerId = id, then owner. The other order would write over the NOBODY of the
   *             next revoker. If it finds anything else it gets another slab.
   *
   * The CAS from question to IN_HAND is the only one that commits. It fails where the owner has woken
   * up and come first; nothing more is done then. A NOBODY that is written late costs whoever owns
   * the slab by then one slow way, and so does one that is left when the owner turns out to be busy.
   *
   * Why the owner cannot have used the slab between the handshake and the CAS: it was at a call, not
   * in this package; what it does next begins with a load of ownerId, which comes after the handshake
   * and so sees NOBODY.
   *
   * What needs Java heap or stack and gets none is skipped. Out of reach: carriers of virtual threads,
   * threads whose class overrides what is asked here, threads that run.
   *
   * Decided, with the ways in which a simpler rule is unsound, in ADR 26.
   */

  /** An allocation that finds nothing looks for idle owners again after so long. */
  private static final long PAUSE_NANOS = 1_000_000;

  private final Owners owners;
  private final Directory directory;

  /** Makes a handshake with a thread, and tells whether its slab can be taken. */
  private final Predicate<Thread> isIdle;

  private final AtomicLong taken = new AtomicLong();

  /** When such an allocation may look again. */
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  /** The same for one that could grow, which looks at one owner. */
  private final AtomicLong nextLoan = new AtomicLong(System.nanoTime());

  /**
   * Creates what takes slabs.
   *
   * @param isIdle makes a handshake with a thread, and tells whether its slab can be taken
   */
  Revocation(Owners owners, Directory directory, Predicate<Thread> isIdle) {
    this.owners = owners;
    this.directory = directory;
    this.isIdle = isIdle;
  }

  /** Returns how many slabs were taken from owners that live. */
  long taken() {
    return taken.get();
  }

  /**
   * As {@link #takeIdle(OwnedHeap, long)}, unless that was done a moment ago and found none: for
   * allocations that find nothing.
   */
  boolean takeIdleIfDue(OwnedHeap heap, long slabs) {
    long due = next.get();
    if (System.nanoTime() - due < 0) {
      return false;
    }
    // Before the CAS, so that who loses it, and finds nothing, waits for the winner.
    heap.transit().begin();
    try {
      return next.compareAndSet(due, System.nanoTime() + PAUSE_NANOS) && takeIdle(heap, slabs) != 0;
    } finally {
      heap.transit().end();
    }
  }

  /**
   * Takes a slab from its owner, if that is idle, and leaves it as a dead owner does, with all that
   * it holds; unless an owner was looked at in vain a moment ago. For allocations that could grow.
   */
  boolean tryLeaveAsDead(int slab) {
    long due = nextLoan.get();
    long now = System.nanoTime();
    if (now - due < 0 || !nextLoan.compareAndSet(due, now + PAUSE_NANOS) || !tryTake(slab)) {
      return false;
    }
    owners.leaveAsDead(slab);
    nextLoan.set(now);
    return true;
  }

  /**
   * Takes the slabs of all idle owners but the calling thread, and gives what they hold to the
   * shared words. The caller has its own slab's stash in order: nothing is half done.
   *
   * @return whether there was one
   * @throws IllegalStateException if a freed slot's link was overwritten; all else has been given
   */
  boolean takeIdle(OwnedHeap heap) {
    return takeIdle(heap, Held.ALL_SLABS) != 0;
  }

  /**
   * Takes slabs as {@link #takeIdle(OwnedHeap)}, of some only.
   *
   * @param slabs which, bit s for slab s
   * @return those that were taken
   * @throws IllegalStateException as that
   */
  long takeIdle(OwnedHeap heap, long slabs) {
    OutOfLine.requireStack();
    long took = 0;
    IllegalStateException damage = null;
    heap.transit().begin();
    try {
      for (long left = slabs; left != 0; left &= left - 1) {
        int slab = Long.numberOfTrailingZeros(left);
        if (tryTake(slab)) {
          damage = heap.held().drain(slab, damage);
          owners.release(slab);
          took |= 1L << slab;
        }
      }
    } finally {
      heap.transit().end();
      next.set(System.nanoTime() + (took != 0 ? 0 : PAUSE_NANOS));
    }
    if (damage != null) {
      throw damage;
    }
    return took;
  }

  /**
   * Takes a slab from its owner, if that is idle. To be followed by {@link Owners#release} or
   * {@link Owners#leaveAsDead}.
   */
  private boolean tryTake(int slab) {
    Owner owner = owners.owner(slab);
    Thread thread = owner == null || owner.isDead() ? null : owner.askable();
    if (owner == null || thread == null || !mayBeIdle(thread)) {
      return false;
    }
    Owner question = questionTo(owner);
    if (question == null || !owners.casOwner(slab, owner, question)) {
      return false;
    }
    boolean isAccepted = false;
    try {
      directory.revoke(slab);
      isAccepted = isIdle.test(thread);
    } finally {
      if (!isAccepted) {
        owners.casOwner(slab, question, owner); // or the owner has, meanwhile
      }
    }
    if (!isAccepted || !owners.tryTakeFromTheIdle(slab, question)) {
      return false;
    }
    taken.incrementAndGet();
    return true;
  }

  private static @Nullable Owner questionTo(Owner owner) {
    try {
      return owner.question();
    } catch (OutOfMemoryError noJavaHeap) {
      return null;
    }
  }

  /**
   * Tells whether a handshake is worth while, and allowed. One that runs is looked at twice: it may
   * wait in a system call, and if not, it keeps its slab.
   */
  private boolean mayBeIdle(Thread thread) {
    if (thread.threadId() == Thread.currentThread().threadId() || overrides(thread.getClass())) {
      return false;
    }
    Thread.State state = thread.getState();
    return (waits(state) || state == Thread.State.RUNNABLE)
        && IdleStack.isTrusted()
        && (waits(state) || isIdle.test(thread));
  }

  /**
   * Tells whether an owner waits in the JVM: a handshake with it is a short one. With one that runs
   * it can take as long as that one copies much memory.
   */
  boolean seemsToWait(Owner owner) {
    Thread thread = owner.askable();
    return thread != null && !overrides(thread.getClass()) && waits(thread.getState());
  }

  private static boolean waits(Thread.State state) {
    return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
  }

  /** Tells whether a class of threads answers by itself what is asked here, or may do so. */
  private static boolean overrides(Class<?> type) {
    if (type == Thread.class) {
      return false;
    }
    try {
      return type.getMethod("getStackTrace").getDeclaringClass() != Thread.class
          || type.getMethod("getState").getDeclaringClass() != Thread.class;
    } catch (NoSuchMethodException
        | RuntimeException // of a class loader
        | LinkageError
        | OutOfMemoryError
        | StackOverflowError unknown) {
      return true;
    }
  }
}
