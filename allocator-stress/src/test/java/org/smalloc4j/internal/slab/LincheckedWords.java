package org.smalloc4j.internal.slab;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * {@link SharedWords} as Lincheck calls it. A thread pushes slots that it holds alone, and its
 * answers are the slots' codes, 0 for none.
 */
public class LincheckedWords {
  static final int SLAB = 0;
  static final int SIZE_CLASS = 15;
  static final int MOST_THREADS = 8;

  final RegionLayout layout =
      new RegionLayout(1L << RegionLayout.SMALLEST_REGION_BITS, RegionLayout.SMALLEST_REGION_BITS);
  private final SharedWords words = new SharedWords(layout, new MemoryLimit(MemoryLimit.UNLIMITED));
  private final List<List<Integer>> held = new ArrayList<>();

  /** Starts with an area of which no slot was handed out. */
  public LincheckedWords() {
    RawMemory.clear();
    for (int i = 0; i < MOST_THREADS; i++) {
      held.add(new ArrayList<>());
    }
  }

  @Operation
  public int pop(@Param(gen = ThreadIdGen.class) int thread) {
    long popped = SharedWords.LOST;
    while (popped == SharedWords.LOST) {
      popped = words.tryPop(SLAB, SIZE_CLASS);
    }
    return hold(thread, popped);
  }

  @Operation
  public int claim(@Param(gen = ThreadIdGen.class) int thread) {
    return hold(thread, SlabHeap.address(words.claim(SLAB, SIZE_CLASS)));
  }

  @Operation
  public int push(@Param(gen = ThreadIdGen.class) int thread) {
    if (held.get(thread).isEmpty()) {
      return 0;
    }
    int code = held.get(thread).removeFirst();
    push(address(code));
    return code;
  }

  /** Overridden where it is weakened. */
  void push(long address) {
    words.push(address, SLAB, SIZE_CLASS);
  }

  @Operation
  public int pushTwo(@Param(gen = ThreadIdGen.class) int thread) {
    if (held.get(thread).size() < 2) {
      return 0;
    }
    int first = held.get(thread).removeFirst();
    int second = held.get(thread).removeFirst();
    RawMemory.storeLinkPlain(address(first), second);
    words.pushChain(first, address(second), 2, SLAB, SIZE_CLASS);
    return first;
  }

  @Operation
  public int takeAll(@Param(gen = ThreadIdGen.class) int thread) {
    int first = TakenList.first(words.takeAll(SLAB, SIZE_CLASS));
    for (int code = first; code != 0; code = RawMemory.loadLinkPlain(address(code))) {
      held.get(thread).add(code);
    }
    return first;
  }

  private int hold(int thread, long address) {
    if (address == SharedWords.NONE) {
      return 0;
    }
    int code = layout.codeOf(address, SIZE_CLASS);
    // The caller's data, which a pop that is late may take for a link.
    RawMemory.storeLinkPlain(address, -code);
    held.get(thread).add(code);
    return code;
  }

  long address(int code) {
    return layout.address(SLAB, SIZE_CLASS, code);
  }

  /** A push that does not count. */
  public static class Uncounted extends LincheckedWords {
    @Override
    void push(long address) {
      long headWord = layout.headWord(SLAB, SIZE_CLASS);
      long head;
      do {
        head = RawMemory.loadAcquire(headWord);
        RawMemory.storeLinkPlain(address, HeadWord.top(head));
      } while (!RawMemory.casVolatile(
          headWord, head, HeadWord.popped(head, layout.codeOf(address, SIZE_CLASS))));
    }
  }

  /** A push that links the slot when it is on the list already. */
  public static class LinkedLate extends LincheckedWords {
    @Override
    void push(long address) {
      long headWord = layout.headWord(SLAB, SIZE_CLASS);
      long head;
      do {
        head = RawMemory.loadAcquire(headWord);
      } while (!RawMemory.casVolatile(
          headWord, head, HeadWord.pushed(head, layout.codeOf(address, SIZE_CLASS))));
      RawMemory.storeLinkPlain(address, HeadWord.top(head));
    }
  }
}
