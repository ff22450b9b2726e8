/* malloc, free and trim. Included by slab.pml. */

/* OwnedHeap.allocate by the owner of SLAB: Stash.takeFree, Stash.grow. Leaves the slot in popped. */
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
#ifdef SORTED
     if
     :: popped == NONE -> take_sorted()
     :: else
     fi;
#endif
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

#ifdef OVERWRITE
/* A user writes over the link of a slot that is free: no call of the program, but an error. */
inline overwrite_one() {
  atomic {
    overwritten == NONE && head.top != NONE ->
    if
    :: place[1] == LISTED -> overwritten = 1
    :: place[2] == LISTED -> overwritten = 2
#if SLOTS > 2
    :: place[3] == LISTED -> overwritten = 3
#endif
    fi;
    true_link = link[overwritten];
    link[overwritten] = GARBAGE;
    printf("thread %d: writes %d to %d, which is free\n", me, GARBAGE, overwritten)
  }
}
#endif

/* Trim.trim: what this thread and the dead hold back, then Trim.trimArea. */
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
