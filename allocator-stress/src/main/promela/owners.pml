/* Owners, and what they and the dead give back. Included by slab.pml. */

/* Not NOBODY, nor EMPTYING. */
#ifdef CARRIERS
#define IS_DEAD(thread) (thread < NUMBERS && !exists[kernel_id[thread]])
#else
#define IS_DEAD(thread) (thread < THREADS && !alive[thread])
#endif

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
#define IS_FREE(thread) (thread == NOBODY || IS_DEAD(thread))
#endif

/* Owners.tryAcquire. */
inline acquire(slab) {
  found = owner[slab];
  if
  :: IS_FREE(found) ->
     cas_owner(slab, found, ME);
     if
     :: won ->
#ifdef CARRIERS
        owner_id[slab] = ME;
#endif
        atomic { mine = slab; printf("thread %d: owns slab %d\n", me, slab) }
     :: else
     fi
  :: else
  fi;
  atomic { found = 0; won = false }
}

/* Held.drain of SLAB: StashDrain.drain. */
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

/* Held.drain of OTHER: Outbox.drain. */
inline hand_back() {
  if
  :: chain_first != NONE ->
     push(chain_first, chain_last, BOXED);
     d_step { chain_first = NONE; chain_last = NONE; chain_count = 0 }
  :: else
  fi
}

/* Held.release, of the dead: one look at each slab. */
inline release_dead() {
  found = owner[SLAB];
  if
  :: IS_DEAD(found) ->
#ifdef DRAIN_UNOWNED
     drain_stash()
#else
     cas_owner(SLAB, found, EMPTYING);
     if
     :: won -> drain_stash(); cas_owner(SLAB, EMPTYING, NOBODY); assert(won)
     :: else
     fi
#endif
  :: else
  fi;
  found = owner[OTHER];
  if
  :: IS_DEAD(found) ->
     cas_owner(OTHER, found, EMPTYING);
     if
     :: won -> hand_back(); cas_owner(OTHER, EMPTYING, NOBODY); assert(won)
     :: else
     fi
  :: else
  fi;
  atomic { found = 0; won = false }
}
