/*
 * One size class of one slab, under SPIN: head word, links, counter, frontier, stash, outbox,
 * adoption, trim, at sequential consistency. Each access to a shared word is a step, and so is each
 * access to the slots that an owner has at hand. The Java side is org.smalloc4j.internal.slab; names
 * are the same. docs/model.md tells what is left out, what this cannot show, and how to read a
 * counter-example.
 *
 * Sizes (-D):
 *   THREADS, SLOTS   at most 3 and 4 or so
 *   OPS              calls that each thread makes
 *   MODULUS          of the push counter; "wide enough" is more than the pushes of a run
 *   RUN              slots that an owner claims at once
 *   CHAIN            slots of a full chain in an outbox
 *
 * Virtual threads (-D): CARRIERS native threads, 2 of them, carry the THREADS, which come to any of
 * them for each call; the native ones own the slabs. ENDS of these end, one after the other, and each
 * has a successor with its kernel id.
 *
 * What threads do (-D): SHARED_ONLY (nobody owns a slab), TRIM (a call can be a trim), SORTED (with
 * SHARED_ONLY and TRIM: a trim or a tick, which sort), ALL_LIVE (all slots are live at first), OVERWRITE (a call can be a user's write over the link of a free slot; with
 * SHARED_ONLY and without TRIM).
 *
 * Weakenings (-D), each of which must be caught:
 *   CAS_HEAD_BY_STORE, CAS_FRONTIER_BY_STORE, CAS_OWNER_BY_STORE   a check and a store, not one step
 *   LINK_ONCE        a push that lost is repeated with the link of its first attempt
 *   LINK_LATE        the link is written after the CAS
 *   ONE_LOOK         no second look at the head when a link leads beyond the frontier
 *   END_ONCE         a claim that lost is repeated without a look at the area's end
 *   HEAD_ONCE        a push that lost is repeated with the head of its first attempt
 *   LIVE_ADOPTED     an adopter does not look whether the owner is dead
 *   DRAIN_UNOWNED    a dead owner's stash is drained without becoming its owner
 *   OWNER_UNCHECKED  a free that does not look whose slab it is
 *   TRIM_UNCHECKED   a trim that lowers the frontier though slots are missing from its list
 *   DROP_BY_STORE    a list with a damaged link is dropped by a check and a store
 *   TAKE_BIT_BY_STORE, PUT_BITS_BY_STORE   the same of a word of sorted slots
 *   CLEAR_LATE       a slot is cleared after it is purged
 *   UNMOUNTED_INSIDE a virtual thread changes its carrier between the look for its slab and the call
 *   NUMBER_REUSED    the successor of a native thread has its number
 *   ENDED_EARLY      the kernel says that a native thread has ended before its last call has
 *   MODULUS=1, 2     no counter, and one that wraps
 */
#ifndef THREADS
#define THREADS 2
#endif
#ifndef SLOTS
#define SLOTS 2
#endif
#ifndef OPS
#define OPS 3
#endif
#ifndef MODULUS
#define MODULUS 64
#endif
#ifndef RUN
#define RUN 1
#endif
#ifndef CHAIN
#define CHAIN 2
#endif

#define NONE 0        /* no slot: a code is a slot's number plus 1, as in Java */
#define NOBODY 255
#define EMPTYING 254  /* an owner that gives away what a dead one left */
#define GARBAGE (SLOTS + 1)  /* user data that leads beyond every frontier */

/* ---- what the program has ---------------------------------------------------------------- */

typedef Head { byte top; byte pushes };

Head head;
byte frontier;
byte link[SLOTS + 1];

/* Owner words: of the slab with the slots, and of another one, whose owner has an outbox. */
#define SLAB 0
#define OTHER 1
byte owner[2];
bool alive[THREADS];

#ifdef CARRIERS
#ifndef ENDS
#define ENDS 1
#endif
#define NUMBERS (CARRIERS + ENDS + 1)
#define NO_NUMBER 0
byte number[CARRIERS];     /* thread-specific: NO_NUMBER until the first call */
byte last_number;
byte kernel_id[NUMBERS];   /* of the native thread with a number: an owner remembers it */
bool exists[CARRIERS];     /* what the kernel says of an id */
bool busy[CARRIERS];       /* carries a virtual thread, or has ended */
byte owner_id[2];          /* OwnedSlab.ownerId */
#define ME number[on]      /* who owns what the calling thread uses */
#else
#define ME me
#endif

/* The stash of SLAB, its owner's: the slots at hand (magazine and free words, a set: their order
   means nothing here), the returned list, the run. */
byte at_hand;
byte returned;
byte run_at;
byte run_end;

/* The outbox of OTHER, its owner's. */
byte chain_first;
byte chain_last;
byte chain_count;

#ifdef OVERWRITE
byte overwritten;  /* the slot whose link a user writes over after its free, once in a run */
byte true_link;       /* its link before */
#define NEXT(slot) ((slot == overwritten && link[slot] == GARBAGE) -> true_link : link[slot])
#else
#define NEXT(slot) link[slot]
#endif

bool trimming;  /* the monitor that trims take turns by */

/* ---- what only the proof has -------------------------------------------------------------- */

/* Where each slot is. Every step that moves a slot says so here, and asserts from where. */
mtype = { FRESH, LISTED, HANDS, LIVE, STASHED, BOXED, LOST, KEPT, PURGED };
mtype place[SLOTS + 1];

byte code, seen;  /* used within one step */

#define BIT(slot) (1 << (slot))

/* The list holds the slots that are LISTED, each once, and none beyond the frontier. */
inline check_list() {
  d_step {
    seen = 0;
    code = head.top;
    do
    :: code != NONE ->
       assert(code <= frontier);
       assert(place[code] == LISTED);
       assert(!(seen & BIT(code)));
       seen = seen | BIT(code);
       code = NEXT(code)
    :: else -> break
    od;
    code = 1;
    do
    :: code <= SLOTS ->
       assert(place[code] != LISTED || (seen & BIT(code)));
       assert((place[code] == FRESH) == (code > frontier));
       code++
    :: else -> break
    od;
    seen = 0;
    code = 0
  }
}

/* Moves all slots of a list, whose first is given, from one place to another. */
inline move_list(first_code, from, to) {
  code = first_code;
  do
  :: code != NONE ->
     assert(place[code] == from);
     place[code] = to;
     code = NEXT(code)
  :: else -> break
  od
}

#include "carriers.pml"
#include "words.pml"
#include "owners.pml"
#ifdef SORTED
#include "sorted.pml"
#endif
#include "calls.pml"

/* ---- threads ------------------------------------------------------------------------------ */

proctype Thread(byte me) {
  byte mine = NOBODY;  /* the slab that this thread owns: the directory */
  byte calls;
  byte popped, seen_top, seen_pushes, seen_link, claimed, found, taken, first_code;
  bool won;
#ifdef SORTED
  byte marked, free, gone, filled, piece;
#endif

#ifdef CARRIERS
  byte on;  /* the native thread that carries this one */
#elif !defined(SHARED_ONLY)
  acquire(SLAB);
  if
  :: mine == NOBODY -> acquire(OTHER)
  :: else
  fi;
#endif
  do
  :: calls < OPS ->
     calls++;
#ifdef CARRIERS
     mount();
     look_up();
#ifdef UNMOUNTED_INSIDE
     unmount();
     mount();
#endif
#endif
     if
     :: allocate()
     :: free_one()
#ifdef TRIM
     :: atomic { !trimming -> trimming = true };
#ifdef SORTED
        sort();
#else
        trim();
#endif
        trimming = false
#endif
#ifdef OVERWRITE
     :: overwrite_one()
#endif
     fi;
#ifdef CARRIERS
     mine = NOBODY;
     unmount();
#endif
progress:
     skip
  :: break  /* it dies, and leaves everything as it is */
  od;
  atomic { alive[me] = false; calls = 0; mine = 0; printf("thread %d: is dead\n", me) }
}

/* At rest every slot is where the proof says, and in no second place. */
inline check_at_rest() {
  d_step {
    code = 1;
    do
    :: code <= SLOTS ->
       assert(place[code] != HANDS);
       assert((place[code] == STASHED) ==
           ((at_hand & BIT(code)) || (code > run_at && code <= run_end) || (on_returned & BIT(code))));
#ifdef SORTED
       assert((place[code] == KEPT) == ((kept & BIT(code)) != 0));
       assert((place[code] == PURGED) == ((purged & BIT(code)) != 0));
#endif
       assert((place[code] == BOXED) == ((on_chain & BIT(code)) != 0));
       code++
    :: else -> break
    od
  }
}

init {
  byte on_returned, on_chain;
  atomic {
    owner[SLAB] = NOBODY;
    owner[OTHER] = NOBODY;
#ifdef ALL_LIVE
    frontier = SLOTS;
#endif
    code = 1;
    do
#ifdef ALL_LIVE
    :: code <= SLOTS -> place[code] = LIVE; link[code] = GARBAGE; code++
#else
    :: code <= SLOTS -> place[code] = FRESH; code++
#endif
    :: else -> break
    od;
    code = 0;
    do
    :: code < THREADS -> alive[code] = true; run Thread(code); code++
    :: else -> break
    od;
#ifdef CARRIERS
    code = 0;
    do
    :: code < CARRIERS -> exists[code] = true; code++
    :: else -> break
    od;
    run Ends()
#endif
  };
  atomic {
    _nr_pr == 1;
    check_list();
    code = returned;
    do
    :: code != NONE -> on_returned = on_returned | BIT(code); code = link[code]
    :: else -> break
    od;
    code = chain_first;
    do
    :: code != NONE -> on_chain = on_chain | BIT(code); code = link[code]
    :: else -> break
    od;
    check_at_rest()
  }
}
