/*
 * A slab that revokers take from its owner, under SPIN, at sequential consistency: the word that says
 * whose it is, ownerId, the stash, what compiled code may keep of ownerId, and what a handshake shows.
 * The Java side is Revocation, Owners, IdleStack of org.smalloc4j.internal.slab; docs/adr/0026 tells
 * the protocol. docs/model.md tells how to read a counter-example.
 *
 * What compiled code does: a thread may go on with the ownerId that it has loaded, until it returns
 * from a call of the bytecode. So it may after a poll, and after Java code that the JVM has called by
 * itself: a class loader, an initialiser. The load may come before the operation.
 *
 * Sizes (-D):
 *   OWNERS    threads that use the slab, at most 2 or 3
 *   REVOKERS  threads that take it
 *   OPS       what each owner does
 *   ASKS      revocations of each revoker
 *
 * Forms (-D): OPAQUE: each operation loads ownerId anew, and any stack without a frame of the
 * allocator is idle; else an idle one is at a call of the bytecode.
 *
 * Weakenings (-D), each of which must be caught:
 *   NO_HANDSHAKE      the revoker does not look at the owner's stack
 *   ANY_STACK         a thread that runs is taken for idle, though its code may keep ownerId
 *   JVM_CALLS         one that waits in a class loader is taken for idle
 *   ALLOCATOR_STACK   one that waits inside the allocator is taken for idle
 *   NOBODY_LATE       ownerId is changed after the handshake
 *   COMMIT_BY_STORE   the slab is taken by a store
 *   RESUME_BY_STORE   the owner stores its id and that the slab is its own
 *   ID_LATE           the owner stores its id when the slab is its own already
 *   SAME_QUESTION     all revocations of an owner ask the same question
 */
#ifndef OWNERS
#define OWNERS 2
#endif
#ifndef REVOKERS
#define REVOKERS 1
#endif
#ifndef OPS
#define OPS 3
#endif
#ifndef ASKS
#define ASKS 2
#endif

/* ---- what the program has ---------------------------------------------------------------- */

/* owners[slab]. */
#define NOBODY 0
#define IN_HAND 1
#define OWNER(thread) (2 + thread)
#ifdef SAME_QUESTION
#define QUESTION(thread, number) (10 + thread)
#else
#define QUESTION(thread, number) (10 + 10 * (number) + thread)
#endif
#define IS_MINE(word) (word == OWNER(me) || (word >= 10 && word % 10 == me))

byte owner = NOBODY;
byte owner_id = NOBODY;  /* OwnedSlab.ownerId: OWNER(thread), to spare a second name */
byte stash;

/* Where a thread is, as its stack shows it. */
#define RUNS 0        /* in Java code that is not the allocator's */
#define WAITS 1       /* in a call of the bytecode */
#define JVM_CALLED 2  /* waits in Java code that the JVM called by itself */
#define ALLOCATOR 3
byte shows[OWNERS];

/* ---- what only the proof has -------------------------------------------------------------- */

byte inside;     /* threads that are at the stash */
byte put, got;   /* slots ever put into the stash, and drained from it */
byte questions;

inline cas_owner(before, after) {
  atomic {
    won = (owner == before);
    if
    :: won -> owner = after
    :: else
    fi
  }
}

inline enter() { atomic { inside++; assert(inside == 1) } }

/* Two steps on the stash, as plain code makes them. */
inline put_one() {
  enter();
  seen = stash;
  atomic { stash = seen + 1; seen = 0; put++; inside-- }
}

inline drain() {
  enter();
  seen = stash;
  atomic { stash = 0; got = got + seen; seen = 0; inside-- }
}

/* The caller has the slab in hand, or the control word says so at once. */
inline own() {
#ifdef ID_LATE
  owner = OWNER(me);
  owner_id = OWNER(me)
#else
  owner_id = OWNER(me);
  owner = OWNER(me)
#endif
}

/* Owners.tryResume, tryAcquire. */
inline slow_way() {
  found = owner;
  if
  :: IS_MINE(found) ->
#ifdef RESUME_BY_STORE
     own()
#else
     cas_owner(found, IN_HAND);
     if
     :: won -> own()
     :: else
     fi
#endif
  :: found == NOBODY ->
     cas_owner(NOBODY, IN_HAND);
     if
     :: won -> own()
     :: else
     fi
  :: else  /* another slab */
  fi;
  atomic { found = 0; won = false }
}

/* OwnedHeap.releaseThreadCache. */
inline release_cache() {
  if
  :: owner_id == OWNER(me) ->
     drain();
     owner_id = NOBODY;
     found = owner;
     do
     :: cas_owner(found, NOBODY);
        if
        :: won -> break
        :: else -> found = owner; assert(IS_MINE(found))
        fi
     od;
     atomic { found = 0; won = false }
  :: else
  fi
}

proctype Owner(byte me) {
  byte calls, kept, found, seen;
  bool won;

  do
  :: calls < OPS ->
     calls++;
     if
     :: /* An operation: with what is kept of ownerId, or with a load. */
#ifdef OPAQUE
        shows[me] = ALLOCATOR;
#endif
        if
        :: kept == NOBODY -> kept = owner_id
        :: else
        fi;
        shows[me] = ALLOCATOR;
        if
        :: kept == OWNER(me) -> put_one()
        :: else -> kept = NOBODY; slow_way()
        fi;
#ifdef OPAQUE
        kept = NOBODY;
#endif
        shows[me] = RUNS
     :: shows[me] = WAITS;
        atomic { shows[me] = RUNS; kept = NOBODY }
     :: shows[me] = JVM_CALLED;
        shows[me] = RUNS
     :: atomic { shows[me] = ALLOCATOR; kept = NOBODY };
        release_cache();
        shows[me] = RUNS
     fi
  :: break
  od;
  atomic { shows[me] = WAITS; calls = 0; kept = 0 }
}

#if defined(NO_HANDSHAKE)
#define IS_IDLE(s) true
#elif defined(ALLOCATOR_STACK)
#define IS_IDLE(s) (s == WAITS || s == ALLOCATOR)
#elif defined(OPAQUE) || defined(ANY_STACK)
#define IS_IDLE(s) (s != ALLOCATOR)
#elif defined(JVM_CALLS)
#define IS_IDLE(s) (s == WAITS || s == JVM_CALLED)
#else
#define IS_IDLE(s) (s == WAITS)
#endif

/* Revocation.tryTake, takeIdle. */
proctype Revoker() {
  byte asks, found, question, seen;
  bool won, idle;

  do
  :: asks < ASKS ->
     asks++;
     found = owner;
     if
     :: found >= 2 && found < 10 ->
        d_step { question = QUESTION(found - 2, questions); questions++ };
        cas_owner(found, question);
        if
        :: won ->
#ifndef NOBODY_LATE
           owner_id = NOBODY;
#endif
           idle = IS_IDLE(shows[found - 2]);
#ifdef NOBODY_LATE
           owner_id = NOBODY;
#endif
           if
           :: idle ->
#ifdef COMMIT_BY_STORE
              owner = IN_HAND;
#else
              cas_owner(question, IN_HAND);
#endif
              if
              :: won -> drain(); assert(owner == IN_HAND); owner = NOBODY
              :: else
              fi
           :: else -> cas_owner(question, found)
           fi
        :: else
        fi
     :: else
     fi;
     atomic { found = 0; question = 0; won = false; idle = false }
  :: break
  od;
  asks = 0
}

init {
  byte i;
  atomic {
    do
    :: i < OWNERS -> run Owner(i); i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < REVOKERS -> run Revoker(); i++
    :: else -> break
    od;
    i = 0
  };
  atomic { _nr_pr == 1; assert(stash + got == put); assert(inside == 0) }
}
