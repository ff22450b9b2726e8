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
 * What threads do (-D): SHARED_ONLY (nobody owns a slab), TRIM (a call can be a trim), ALL_LIVE (all
 * slots are live at first).
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

bool trimming;  /* the monitor that trims take turns by */

/* ---- what only the proof has -------------------------------------------------------------- */

/* Where each slot is. Every step that moves a slot says so here, and asserts from where. */
mtype = { FRESH, LISTED, HANDS, LIVE, STASHED, BOXED };
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
       code = link[code]
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
     code = link[code]
  :: else -> break
  od
}

/* ---- the shared words --------------------------------------------------------------------- */

inline load_head() {
  atomic {
    seen_top = head.top;
    seen_pushes = head.pushes;
    printf("thread %d: reads the head: top %d, pushes %d\n", me, seen_top, seen_pushes)
  }
}

#ifdef CAS_HEAD_BY_STORE
#define BEFORE_HEAD_STORE won = (head.top == seen_top && head.pushes == seen_pushes);
#else
#define BEFORE_HEAD_STORE
#endif

/* SharedWords.tryPop, repeated while it is lost. Leaves the slot in popped, or NONE. */
inline pop() {
  popped = NONE;
  do
  :: load_head();
     if
     :: seen_top == NONE -> break
     :: else
     fi;
     atomic {
       seen_link = link[seen_top];
       printf("thread %d: reads the link of %d: %d\n", me, seen_top, seen_link)
     };
     if
     :: seen_link > frontier ->
        printf("thread %d: the link leads beyond the frontier; looks at the head again\n", me);
#ifdef ONE_LOOK
        assert(false)  /* called corrupt */
#else
        assert(head.top != seen_top || head.pushes != seen_pushes)
#endif
     :: else ->
        BEFORE_HEAD_STORE
        atomic {
#ifndef CAS_HEAD_BY_STORE
          won = (head.top == seen_top && head.pushes == seen_pushes);
#endif
          if
          :: won ->
             head.top = seen_link;
             head.pushes = seen_pushes;
             popped = seen_top;
             printf("thread %d: pops %d; top is %d\n", me, popped, head.top);
             assert(place[popped] == LISTED);
             place[popped] = HANDS;
             check_list();
             break
          :: else
          fi
        }
     fi
  od;
  atomic { seen_top = 0; seen_pushes = 0; seen_link = 0; won = false }
}

/* SharedWords.push and pushChain: the slots from first to last are in this thread's hands. */
inline push(first, last, from) {
#if defined(LINK_ONCE) || defined(HEAD_ONCE)
  load_head();
  link[last] = seen_top;
#endif
  do
  ::
#ifndef HEAD_ONCE
     load_head();
#endif
     assert(seen_top != first);  /* called a double free */
#if !defined(LINK_ONCE) && !defined(LINK_LATE) && !defined(HEAD_ONCE)
     atomic {
       link[last] = seen_top;
       printf("thread %d: links %d to %d\n", me, last, seen_top)
     };
#endif
     BEFORE_HEAD_STORE
     atomic {
#ifndef CAS_HEAD_BY_STORE
       won = (head.top == seen_top && head.pushes == seen_pushes);
#endif
       if
       :: won ->
#ifdef LINK_LATE
          link[last] = GARBAGE;  /* what it was before */
          head.top = first;
          head.pushes = (seen_pushes + 1) % MODULUS;
          break
#else
          head.top = first;
          head.pushes = (seen_pushes + 1) % MODULUS;
          printf("thread %d: pushes %d; pushes %d\n", me, first, head.pushes);
          code = first;
          do
          :: true ->
             assert(place[code] == from);
             place[code] = LISTED;
             if
             :: code == last -> break
             :: else -> code = link[code]
             fi
          od;
          check_list();
          break
#endif
       :: else
       fi
     }
  od;
#ifdef LINK_LATE
  atomic {
    link[last] = seen_top;
    code = first;
    do
    :: true ->
       place[code] = LISTED;
       if
       :: code == last -> break
       :: else -> code = link[code]
       fi
    od;
    code = 0
  }
#endif
  atomic { seen_top = 0; seen_pushes = 0; won = false }
}

/* SharedWords.takeAll. Leaves the first slot in popped. */
inline take_all(to) {
  do
  :: load_head();
     BEFORE_HEAD_STORE
     atomic {
#ifndef CAS_HEAD_BY_STORE
       won = (head.top == seen_top && head.pushes == seen_pushes);
#endif
       if
       :: seen_top == NONE -> popped = NONE; break
       :: seen_top != NONE && won ->
          popped = seen_top;
          printf("thread %d: takes the list, which begins with %d\n", me, popped);
          head.top = NONE;
          head.pushes = seen_pushes;
          move_list(popped, LISTED, to);
          check_list();
          break
       :: else
       fi
     }
  od;
  atomic { seen_top = 0; seen_pushes = 0; won = false }
}

/* SharedWords.claim. Leaves the first slot in popped and the number of them in claimed. */
inline claim(wanted, to) {
  popped = NONE;
#ifdef END_ONCE
  if
  :: frontier >= SLOTS
  :: else ->
#endif
  do
  :: seen_top = frontier;
#ifndef END_ONCE
     if
     :: seen_top >= SLOTS -> break
     :: else
     fi;
#endif
     claimed = (seen_top + wanted <= SLOTS || seen_top >= SLOTS -> wanted : SLOTS - seen_top);
#ifdef CAS_FRONTIER_BY_STORE
     won = (frontier == seen_top);
#endif
     atomic {
#ifndef CAS_FRONTIER_BY_STORE
       won = (frontier == seen_top);
#endif
       if
       :: won ->
          frontier = seen_top + claimed;
          assert(frontier <= SLOTS);
          popped = seen_top + 1;
          printf("thread %d: claims %d slots from %d on\n", me, claimed, popped);
          code = popped;
          do
          :: code <= frontier ->
             assert(place[code] == FRESH);
             assert(link[code] == 0);  /* calloc does not zero it */
             place[code] = to;
             code++
          :: else -> break
          od;
          check_list();
          break
       :: else
       fi
     }
  od
#ifdef END_ONCE
  fi
#endif
  ;
  atomic { seen_top = 0; won = false }
}

/* ---- owners ------------------------------------------------------------------------------- */

/* Owners.tryTake: leaves in won whether this thread is the owner now. */
inline cas_owner(slab, before, after) {
#ifdef CAS_OWNER_BY_STORE
  won = (owner[slab] == before);
  if
  :: won -> owner[slab] = after
  :: else
  fi
#else
  atomic {
    won = (owner[slab] == before);
    if
    :: won -> owner[slab] = after
    :: else
    fi
  }
#endif
}

#ifdef LIVE_ADOPTED
#define IS_FREE(thread) true
#else
#define IS_FREE(thread) (thread == NOBODY || !alive[thread])
#endif

/* Owners.tryAcquire. */
inline acquire(slab) {
  found = owner[slab];
  if
  :: IS_FREE(found) ->
     cas_owner(slab, found, me);
     if
     :: won -> atomic { mine = slab; printf("thread %d: owns slab %d\n", me, slab) }
     :: else
     fi
  :: else
  fi;
  atomic { found = 0; won = false }
}

/* OwnedHeap.drain of SLAB: Stash.drain. */
inline drain_stash() {
  taken = at_hand;
  atomic {
    /* The chain: what was at hand, the rest of the run, the returned list. */
    popped = NONE;
    first_code = NONE;
    code = 1;
    do
    :: code <= SLOTS ->
       if
       :: (taken & BIT(code)) || (code > run_at && code <= run_end) ->
          link[code] = first_code;
          first_code = code;
          if
          :: popped == NONE -> popped = code
          :: else
          fi
       :: else
       fi;
       code++
    :: else -> break
    od;
    do
    :: returned != NONE ->
       code = returned;
       returned = link[code];
       link[code] = first_code;
       first_code = code;
       if
       :: popped == NONE -> popped = code
       :: else
       fi
    :: else -> break
    od;
    code = 0;
    taken = 0
  };
  atomic {
    at_hand = 0;
    run_at = 0;
    run_end = 0;
    printf("thread %d: drains the stash\n", me)
  };
  if
  :: popped != NONE -> push(first_code, popped, STASHED)
  :: else
  fi;
  atomic { popped = NONE; first_code = NONE }
}

/* OwnedHeap.drain of OTHER: Outbox.drain. */
inline hand_back() {
  if
  :: chain_first != NONE ->
     push(chain_first, chain_last, BOXED);
     d_step { chain_first = NONE; chain_last = NONE; chain_count = 0 }
  :: else
  fi
}

/* OwnedHeap.releaseHeldSlots, of the dead: one look at each slab. */
inline release_dead() {
  found = owner[SLAB];
  if
  :: found != NOBODY && !alive[found] ->
#ifdef DRAIN_UNOWNED
     drain_stash()
#else
     cas_owner(SLAB, found, me);
     if
     :: won -> drain_stash(); cas_owner(SLAB, me, NOBODY); assert(won)
     :: else
     fi
#endif
  :: else
  fi;
  found = owner[OTHER];
  if
  :: found != NOBODY && !alive[found] ->
     cas_owner(OTHER, found, me);
     if
     :: won -> hand_back(); cas_owner(OTHER, me, NOBODY); assert(won)
     :: else
     fi
  :: else
  fi;
  atomic { found = 0; won = false }
}

/* ---- malloc, free, trim ------------------------------------------------------------------- */

/* OwnedHeap.allocate by the owner of SLAB: Stash.take. Leaves the slot in popped. */
inline take_from_stash() {
  do
  :: taken = at_hand;
     if
     :: taken != 0 ->
        popped = (taken & BIT(1) -> 1 : (taken & BIT(2) -> 2 : (taken & BIT(3) -> 3 : 4)));
        d_step {
          at_hand = taken & ~BIT(popped);
          assert(place[popped] == STASHED);
          place[popped] = HANDS
        };
        break
     :: taken == 0 && returned != NONE ->
        d_step {
          popped = returned;
          returned = link[popped];
          assert(returned <= frontier);
          assert(place[popped] == STASHED);
          place[popped] = HANDS
        };
        break
     :: taken == 0 && returned == NONE && run_at < run_end ->
        d_step {
          run_at++;
          popped = run_at;
          assert(place[popped] == STASHED);
          place[popped] = HANDS
        };
        break
     :: else ->
        take_all(STASHED);
        if
        :: popped != NONE -> returned = popped
        :: else ->
           claim(RUN, STASHED);
           if
           :: popped != NONE -> d_step { run_at = popped - 1; run_end = run_at + claimed; claimed = 0 }
           :: else -> break
           fi
        fi
     fi
  od;
  taken = 0
}

inline allocate() {
  if
  :: mine == SLAB -> take_from_stash()
  :: else ->
     pop();
     if
     :: popped == NONE -> claim(1, HANDS)
     :: else
     fi;
#ifndef SHARED_ONLY
     if
     :: popped == NONE -> release_dead(); pop()
     :: else
     fi
#endif
  fi;
  if
  :: popped != NONE ->
     atomic {
       assert(place[popped] == HANDS);
       place[popped] = LIVE;
       /* The caller's data; what it looks like as a link, it may. */
       if
       :: link[popped] = GARBAGE
       :: link[popped] = NONE
       :: link[popped] = 1
       fi;
       printf("thread %d: has %d, and writes %d to it\n", me, popped, link[popped]);
       popped = NONE
     }
  :: else
  fi
}

/* A slot that any thread allocated is freed by this one. */
inline free_one() {
  atomic {
    if
    :: place[1] == LIVE -> popped = 1
    :: place[2] == LIVE -> popped = 2
#if SLOTS > 2
    :: place[3] == LIVE -> popped = 3
#endif
#if SLOTS > 3
    :: place[4] == LIVE -> popped = 4
#endif
    fi;
    place[popped] = HANDS;
    printf("thread %d: frees %d\n", me, popped)
  };
  if
#ifdef OWNER_UNCHECKED
  :: true ->
#else
  :: mine == SLAB ->
#endif
     taken = at_hand;
     d_step {
       at_hand = taken | BIT(popped);
       assert(place[popped] == HANDS);
       place[popped] = STASHED;
       taken = 0
     }
  :: mine == OTHER ->
     atomic {
       link[popped] = chain_first;
       if
       :: chain_first == NONE -> chain_last = popped
       :: else
       fi;
       chain_first = popped;
       chain_count++;
       place[popped] = BOXED
     };
     if
     :: chain_count == CHAIN -> hand_back()
     :: else
     fi
  :: else -> push(popped, popped, HANDS)
  fi;
  popped = NONE
}

/* Trim.of: what this thread and the dead hold back, then Trim.trimArea. */
inline trim() {
  if
  :: mine == SLAB -> drain_stash()
  :: mine == OTHER -> hand_back()
  :: else
  fi;
#ifndef SHARED_ONLY
  release_dead();
#endif
  take_all(HANDS);
  if
  :: popped != NONE ->
     found = frontier;
     atomic {
       claimed = 0;
       code = popped;
       do
       :: code != NONE ->
          claimed++;
          first_code = code;  /* the last one, in the end */
          code = link[code]
       :: else -> break
       od
     };
     if
#ifdef TRIM_UNCHECKED
     :: true ->
#else
     :: claimed == found ->
#endif
        d_step {
          code = 1;
          do
          :: code <= found -> link[code] = 0; code++
          :: else -> break
          od;
          code = 0
        };
#ifdef CAS_FRONTIER_BY_STORE
        won = (frontier == found);
#endif
        atomic {
#ifndef CAS_FRONTIER_BY_STORE
          won = (frontier == found);
#endif
          if
          :: won ->
             frontier = 0;
             printf("thread %d: trims: no slot was ever handed out\n", me);
             code = 1;
             do
             :: code <= found ->
                assert(place[code] == HANDS);
                place[code] = FRESH;
                code++
             :: else -> break
             od;
             check_list()
          :: else ->
             code = 1;
             do
             :: code < found -> link[code] = code + 1; code++
             :: else -> break
             od
          fi;
          code = 0
        };
        if
        :: !won -> push(1, found, HANDS)
        :: else
        fi
     :: else -> push(popped, first_code, HANDS)
     fi
  :: else
  fi;
  atomic { popped = NONE; found = 0; claimed = 0; first_code = NONE; won = false }
}

/* ---- threads ------------------------------------------------------------------------------ */

proctype Thread(byte me) {
  byte mine = NOBODY;  /* the slab that this thread owns: the directory */
  byte calls;
  byte popped, seen_top, seen_pushes, seen_link, claimed, found, taken, first_code;
  bool won;

#ifndef SHARED_ONLY
  acquire(SLAB);
  if
  :: mine == NOBODY -> acquire(OTHER)
  :: else
  fi;
#endif
  do
  :: calls < OPS ->
     calls++;
     if
     :: allocate()
     :: free_one()
#ifdef TRIM
     :: atomic { !trimming -> trimming = true };
        trim();
        trimming = false
#endif
     fi;
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
    od
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
