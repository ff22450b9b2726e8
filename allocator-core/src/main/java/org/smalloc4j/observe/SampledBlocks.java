package org.smalloc4j.observe;

import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.observe.TracingAllocator.Site;

/**
 * The sampled blocks that are live, in a hash table by address, and the sites they came from.
 *
 * <p>Only {@link #add} and {@link #sites} need Java heap: a block that goes away and comes back, at
 * its old address or another one, keeps its object.
 */
final class SampledBlocks {
  /*
   * Most frees are of blocks that were never sampled, and find that out by one look at the table's
   * slot for the address, without a lock: an empty slot has no such block. All else is done under
   * the lock.
   *
   * Why the look may be racy, and plain. Whoever frees a block has an edge from the call that
   * allocated it, and with that from the add of the block, if it was sampled. So it sees the slot
   * as it was then, or later. From then on until the block leaves, which is the caller's own doing,
   * the block is on its chain, so every value the slot takes is some block, not null. That holds
   * for each array that was the table since: growing leaves the old one as it was. A slot that is
   * not null says nothing; the look under the lock decides.
   */

  private static final int FEWEST_SLOTS = 1 << 10;
  private static final int MOST_SLOTS = 1 << 28;
  private static final int SLOTS_PER_BLOCK = 8;
  private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

  private final Map<CallSite, CallSite> callSites = new HashMap<>();
  private @Nullable Sampled[] slots = new @Nullable Sampled[FEWEST_SLOTS];
  private int size;

  /** A sampled block. All under the lock of the table. */
  static final class Sampled {
    private final CallSite callSite;
    private long address;
    private long bytes;
    private @Nullable Sampled next;

    private Sampled(CallSite callSite, long address, long bytes) {
      this.callSite = callSite;
      this.address = address;
      this.bytes = bytes;
    }

    /** Returns the block's address; for the thread whose call ends or moves the block. */
    long address() {
      return address;
    }

    /** Returns the block's usable size; for the thread whose call ends or moves the block. */
    long bytes() {
      return bytes;
    }
  }

  private static int slotOf(long address, int slots) {
    return (int) ((address * GOLDEN_RATIO) >>> 32) & (slots - 1);
  }

  /** Tells whether the block may be here; false is certain. Without a lock. */
  boolean mayHold(long address) {
    @Nullable Sampled[] seen = slots; // plain: see above
    return seen[slotOf(address, seen.length)] != null;
  }

  /** Adds a block; if that fails, nothing has changed. */
  synchronized void add(long address, long bytes, List<StackFrame> stack) {
    CallSite asked = new CallSite(stack);
    CallSite known = callSites.get(asked);
    CallSite callSite = known == null ? asked : known;
    Sampled block = new Sampled(callSite, address, bytes);
    if (known == null) {
      try {
        callSites.put(asked, asked);
      } catch (Throwable heapIsFull) { // the map may have put it in before it tried to grow
        callSites.remove(asked);
        throw heapIsFull;
      }
    }
    callSite.held++;
    callSite.blocks++;
    callSite.bytes += bytes;
    link(block);
    size++;
    if (size > slots.length / SLOTS_PER_BLOCK && slots.length < MOST_SLOTS) {
      grow();
    }
  }

  /** Takes a block out that is going to be freed; null if it is not here. */
  synchronized @Nullable Sampled end(long address) {
    Sampled block = unlink(address);
    if (block != null) {
      block.callSite.blocks--;
      block.callSite.bytes -= block.bytes;
    }
    return block;
  }

  /** Takes back a block that {@link #end} gave out and that was not freed after all. */
  synchronized void revive(Sampled block) {
    block.callSite.blocks++;
    block.callSite.bytes += block.bytes;
    link(block);
  }

  /** Lets go of a block that {@link #end} gave out. */
  synchronized void bury(Sampled block) {
    size--;
    if (--block.callSite.held == 0) {
      callSites.remove(block.callSite);
    }
  }

  /** Takes a block out that is going to move, and counts it on; null if it is not here. */
  synchronized @Nullable Sampled leave(long address) {
    return unlink(address);
  }

  /** Takes back a block that {@link #leave} gave out, with what has become of it. */
  synchronized void comeBack(Sampled block, long address, long bytes) {
    block.callSite.bytes += bytes - block.bytes;
    block.address = address;
    block.bytes = bytes;
    link(block);
  }

  /** Returns how many blocks and call sites are kept. */
  synchronized int kept() {
    return size + callSites.size();
  }

  /** Returns the sites that have blocks, most bytes first. */
  synchronized List<Site> sites() {
    List<Site> sites = new ArrayList<>();
    for (CallSite callSite : callSites.keySet()) {
      if (callSite.blocks > 0) {
        sites.add(new Site(callSite.stack, callSite.blocks, callSite.bytes));
      }
    }
    sites.sort(Comparator.comparingLong(Site::bytes).thenComparingLong(Site::blocks).reversed());
    return List.copyOf(sites);
  }

  private void link(Sampled block) {
    int slot = slotOf(block.address, slots.length);
    block.next = slots[slot];
    slots[slot] = block;
  }

  private @Nullable Sampled unlink(long address) {
    int slot = slotOf(address, slots.length);
    Sampled before = null;
    Sampled block = slots[slot];
    while (block != null && block.address != address) {
      before = block;
      block = block.next;
    }
    if (block == null) {
      return null;
    }
    if (before == null) {
      slots[slot] = block.next;
    } else {
      before.next = block.next;
    }
    return block;
  }

  /** Doubles the table, if there is Java heap for it; chains grow longer otherwise. */
  private void grow() {
    @Nullable Sampled[] old = slots;
    @Nullable Sampled[] larger;
    try {
      larger = new @Nullable Sampled[2 * old.length];
    } catch (OutOfMemoryError heapIsFull) {
      return;
    }
    for (Sampled first : old) {
      Sampled block = first;
      while (block != null) {
        Sampled next = block.next;
        int slot = slotOf(block.address, larger.length);
        block.next = larger[slot];
        larger[slot] = block;
        block = next;
      }
    }
    slots = larger;
  }

  /** The frames of an allocating call, and what is live from there; equal by the frames. */
  private static final class CallSite {
    private final List<StackFrame> stack;
    private final int hash;

    /** Blocks that refer to this, among them those that are being freed. */
    private long held;

    private long blocks;
    private long bytes;

    private CallSite(List<StackFrame> stack) {
      this.stack = stack;
      int hashed = 1;
      for (StackFrame frame : stack) {
        hashed = 31 * hashed + frame.getDeclaringClass().hashCode();
        hashed = 31 * hashed + frame.getByteCodeIndex();
      }
      hash = hashed;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object object) {
      if (!(object instanceof CallSite other)
          || hash != other.hash
          || stack.size() != other.stack.size()) {
        return false;
      }
      for (int i = 0; i < stack.size(); i++) {
        if (!isSame(stack.get(i), other.stack.get(i))) {
          return false;
        }
      }
      return true;
    }

    private static boolean isSame(StackFrame a, StackFrame b) {
      return a.getByteCodeIndex() == b.getByteCodeIndex()
          && a.getDeclaringClass() == b.getDeclaringClass()
          && a.getMethodName().equals(b.getMethodName())
          && a.getDescriptor().equals(b.getDescriptor());
    }
  }
}
