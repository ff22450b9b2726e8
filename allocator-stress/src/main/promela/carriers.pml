/* Native threads that carry virtual ones. Included by slab.pml. */

#ifdef CARRIERS

/* A virtual thread goes on where there is room: on any native thread that carries nobody. */
inline mount() {
  atomic {
    if
    :: !busy[0] -> on = 0
#if CARRIERS > 1
    :: !busy[1] -> on = 1
#endif
    fi;
    busy[on] = true;
    printf("thread %d: is on native thread %d, which has number %d\n", me, on, number[on])
  }
}

inline unmount() {
  atomic { busy[on] = false; on = 0 }
}

/* NativeThread.numberOrNew, Directory.own, OwnedHeap.acquire. */
inline look_up() {
  atomic {
    if
    :: number[on] == NO_NUMBER ->
       last_number++;
       number[on] = last_number;
       kernel_id[last_number] = on
    :: else
    fi;
    if
    :: owner_id[SLAB] == number[on] -> mine = SLAB
    :: owner_id[SLAB] != number[on] && owner_id[OTHER] == number[on] -> mine = OTHER
    :: else -> mine = NOBODY
    fi
  };
  if
  :: mine == NOBODY -> acquire(SLAB)
  :: else
  fi;
  if
  :: mine == NOBODY -> acquire(OTHER)
  :: else
  fi
}

/* Native threads that end while they carry nobody, and their successors. */
proctype Ends() {
  byte ended, which;
  do
  :: ended < ENDS ->
     ended++;
     if
     :: which = 0
#if CARRIERS > 1
     :: which = 1
#endif
     fi;
#ifdef ENDED_EARLY
     atomic { exists[which] = false; printf("native thread %d: has ended, it is said\n", which) };
     atomic { !busy[which] -> busy[which] = true };
#else
     atomic {
       !busy[which] ->
       busy[which] = true;
       exists[which] = false;
       printf("native thread %d: has ended\n", which)
     };
#endif
     atomic {
       exists[which] = true;
#ifndef NUMBER_REUSED
       number[which] = NO_NUMBER;
#endif
       busy[which] = false;
       printf("native thread %d: is another one\n", which)
     }
  :: break
  od;
  atomic { ended = 0; which = 0 }
}

#endif
