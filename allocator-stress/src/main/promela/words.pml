/* SharedWords: pop, push, taking the list, claims. Included by slab.pml. */

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

#ifdef DROP_BY_STORE
#define BEFORE_DROP won = (head.top == seen_top && head.pushes == seen_pushes);
#else
#define BEFORE_DROP
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
        assert(false)  /* called damaged */
#elif defined(OVERWRITE)
        if
        :: head.top != seen_top || head.pushes != seen_pushes
        :: else ->
           BEFORE_DROP
           atomic {
#ifndef DROP_BY_STORE
             won = (head.top == seen_top && head.pushes == seen_pushes);
#endif
             if
             :: won ->
                assert(seen_top == overwritten);
                head.top = NONE;
                head.pushes = seen_pushes;
                printf("thread %d: drops the list, which begins with %d\n", me, seen_top);
                move_list(seen_top, LISTED, LOST);
                check_list();
                break
             :: else
             fi
           }
        fi
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
          code = first;
          seen = 1;  /* slots */
          do
          :: true ->
             assert(place[code] == from);
             place[code] = LISTED;
             if
             :: code == last -> break
             :: else -> code = link[code]; seen++
             fi
          od;
          head.top = first;
          head.pushes = (seen_pushes + seen) % MODULUS;
          printf("thread %d: pushes %d; pushes %d\n", me, first, head.pushes);
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
