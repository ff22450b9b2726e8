/*
 * Sorted slots: SlotSet, Purge, and how a tick and a trim use them. Included by slab.pml. An OS page
 * has two slots, 1 and 2, 3 and 4; all slots share one word of either set. Calls are those of threads
 * that own no slab.
 */

byte kept;    /* free, and keep their memory */
byte purged;  /* free and zero, and need none */

#define PAGE_1 (BIT(1) | BIT(2))
#define PAGE_2 (BIT(3) | BIT(4))
#define WORD (PAGE_1 | PAGE_2)
#define LOWEST(bits) ((bits) & BIT(1) -> 1 : ((bits) & BIT(2) -> 2 : ((bits) & BIT(3) -> 3 : 4)))
#define BEYOND(end) (WORD & ~(BIT((end) + 1) - 1))
#define FULL(bits) \
  ((((bits) & PAGE_1) == PAGE_1 -> PAGE_1 : 0) | (((bits) & PAGE_2) == PAGE_2 -> PAGE_2 : 0))

#ifdef TAKE_BIT_BY_STORE
#define BEFORE_TAKE(set) won = (set == taken);
#define IN_TAKE(set)
#else
#define BEFORE_TAKE(set)
#define IN_TAKE(set) won = (set == taken);
#endif

#ifdef PUT_BITS_BY_STORE
#define BEFORE_PUT(set) won = (set == taken);
#define IN_PUT(set)
#else
#define BEFORE_PUT(set)
#define IN_PUT(set) won = (set == taken);
#endif

inline move_bits(bits, from, to) {
  code = 1;
  do
  :: code <= SLOTS ->
     if
     :: (bits) & BIT(code) -> assert(place[code] == from); place[code] = to
     :: else
     fi;
     code++
  :: else -> break
  od;
  code = 0
}

/* SlotSet.take. Leaves the slot in popped, or NONE. */
inline take_bit(set, from) {
  popped = NONE;
  do
  :: taken = set;
     if
     :: taken == 0 -> break
     :: else ->
        BEFORE_TAKE(set)
        atomic {
          IN_TAKE(set)
          if
          :: won ->
             popped = LOWEST(taken);
             set = taken & ~BIT(popped);
             printf("thread %d: takes %d, which was sorted\n", me, popped);
             assert(place[popped] == from);
             place[popped] = HANDS;
             break
          :: else
          fi
        }
     fi
  od;
  atomic { taken = 0; won = false }
}

/* SortedSlots.take. */
inline take_sorted() {
  take_bit(kept, KEPT);
  if
  :: popped == NONE ->
     take_bit(purged, PURGED);
     assert(popped == NONE || link[popped] == 0)  /* calloc does not zero it */
  :: else
  fi
}

/* SlotSet.takeWord. */
inline take_word(set, from, into) {
  do
  :: taken = set;
     if
     :: taken == 0 -> into = 0; break
     :: else ->
        BEFORE_TAKE(set)
        atomic {
          IN_TAKE(set)
          if
          :: won -> into = taken; set = 0; move_bits(into, from, HANDS); break
          :: else
          fi
        }
     fi
  od;
  atomic { taken = 0; won = false }
}

/* SlotSet.put. */
inline put_bits(set, bits, to) {
  if
  :: (bits) != 0 ->
     do
     :: taken = set;
        BEFORE_PUT(set)
        atomic {
          IN_PUT(set)
          if
          :: won -> set = taken | (bits); move_bits(bits, HANDS, to); break
          :: else
          fi
        }
     od
  :: else
  fi;
  atomic { taken = 0; won = false }
}

/* Marks.addList: the list, which is this thread's now, as bits. */
inline mark() {
  take_all(HANDS);
  atomic {
    code = popped;
    do
    :: code != NONE -> marked = marked | BIT(code); code = link[code]
    :: else -> break
    od;
    popped = NONE
  }
}

inline clear_piece() {
  d_step {
    code = 1;
    do
    :: code <= SLOTS ->
       if
       :: piece & BIT(code) -> link[code] = 0
       :: else
       fi;
       code++
    :: else -> break
    od;
    code = 0
  }
}

/* Piece.flush. */
inline flush() {
#ifndef CLEAR_LATE
  clear_piece();
#endif
  won = false;
  if
  :: piece & BIT(found) ->
     atomic {
       won = (frontier == found);
       if
       :: won ->
          frontier = LOWEST(piece) - 1;
          printf("thread %d: lowers the frontier to %d\n", me, frontier);
          move_bits(piece, HANDS, FRESH);
          check_list()
       :: else
       fi
     }
  :: else
  fi;
  if
  :: !won -> put_bits(purged, piece, PURGED)
  :: else -> won = false
  fi
#ifdef CLEAR_LATE
  ;
  clear_piece()
#endif
}

/* Purge.sweep and sort: what is marked, and what was sorted before. */
inline sweep() {
  found = frontier;
  filled = kept;
  filled = filled | purged;
  assert(!(filled & marked));  /* called a double free */
  if
  :: FULL(marked | filled | BEYOND(found)) == 0 -> put_bits(kept, marked, KEPT)
  :: else ->
     take_word(kept, KEPT, free);
     take_word(purged, PURGED, gone);
     d_step {
       free = free | marked;
       filled = FULL(free | gone | BEYOND(found));
       piece = (filled & free & PAGE_2 -> PAGE_2 & ~BEYOND(found) : 0);
       if  /* what is purged already goes with the frontier only */
       :: filled & PAGE_1 && (free & PAGE_1 || piece & BIT(found)) ->
          piece = piece | (PAGE_1 & ~BEYOND(found))
       :: else
       fi
     };
     put_bits(kept, free & ~piece, KEPT);
     put_bits(purged, gone & ~piece, PURGED);
     if
     :: piece != 0 -> flush()
     :: else
     fi
  fi;
  atomic { marked = 0; free = 0; gone = 0; filled = 0; piece = 0; found = 0 }
}

/* Reclaim, for a trim: all that is free; for a tick: what is kept goes, and then the list is kept. */
inline sort() {
  if
  :: mark();
     sweep()
  :: sweep();
     mark();
     put_bits(kept, marked, KEPT);
     marked = 0
  fi
}
