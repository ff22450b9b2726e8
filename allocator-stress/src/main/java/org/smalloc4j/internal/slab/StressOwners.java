package org.smalloc4j.internal.slab;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A heap in a smallest region that a single state has to itself, with one slab to own: at first its
 * owner is a dead thread, whose stash is empty. Threads without a slab have slab 0 for their home.
 */
public final class StressOwners {
  /** The class of all slots here, 64 bytes. */
  public static final int SIZE_CLASS = 6;

  /** The slab that can be owned. */
  public static final int SLAB = RegionLayout.SLABS - 1;

  /** A slab that nobody owns, beside which there is place for an outbox. */
  static final int OTHER_SLAB = 1;

  private static final StatePool<StressOwners> POOL = new StatePool<>(StressOwners::in);

  private static final Thread AT_WORK = new AtWork();

  private final Region region;
  private final StashLayout layout;
  private final ListLengths counts;
  private final Directory directory;
  private SharedWords words;
  private OwnedHeap heap;
  private @Nullable Owner owner;
  private OwnedSlab borrower;

  private StressOwners(Region region) {
    this.region = region;
    layout = StashLayout.of(region.layout());
    counts = new ListLengths(region.layout(), SLAB, layout.largestOwnedClass());
    directory = new Directory(layout, SLAB);
    words = wordsLimitedTo(MemoryLimit.UNLIMITED);
    heap = fresh();
    borrower = OwnedSlab.of(OTHER_SLAB, layout);
  }

  private static List<StressOwners> in(Region region) {
    return List.of(new StressOwners(region));
  }

  /**
   * Takes a heap whose owned slab has handed out slots A and B.
   *
   * @param freed the letters of those that are in the dead owner's magazine
   */
  public static StressOwners withFreed(String freed) {
    return limitedTo(MemoryLimit.UNLIMITED, freed);
  }

  /** Takes a heap whose owned slab has handed out A and B, and has them on its list, A first. */
  public static StressOwners withListed() {
    StressOwners stress = withFreed("AB");
    stress.drainAsOwner();
    return stress;
  }

  /**
   * Takes a heap whose owned slab has handed out A and B, and has them in a free word; its owner
   * lives, and no trim takes the slab from it. A and B of slab 0 are on that one's list.
   */
  public static StressOwners atWork() {
    StressOwners stress = withFreed("");
    Owner before = Objects.requireNonNull(stress.owner);
    Owner atWork = new Owner(AT_WORK);
    if (!stress.heap.owners().tryTake(SLAB, before, atWork)) {
      throw new AssertionError("the slab has another owner");
    }
    stress.owner = atWork;
    stress.heap.stash().freeWords().add(stress.slab(), SIZE_CLASS, 0, 0b11);
    Words.set(stress.region.layout().frontierWord(0, SIZE_CLASS), 2);
    stress.words.inUse().add(0, SIZE_CLASS);
    for (int code = 1; code <= 2; code++) {
      stress.words.push(stress.region.layout().address(0, SIZE_CLASS, code), 0, SIZE_CLASS);
    }
    return stress;
  }

  /** Takes a heap as {@link #withFreed}, whose limit refuses all further slots. */
  public static StressOwners exhausted(String freed) {
    return limitedTo(0, freed);
  }

  /** Takes a heap whose owned slab has a run that is used up, and a frontier lowered to 0 since. */
  public static StressOwners trimmed() {
    StressOwners stress = withFreed("");
    stress.setRunStart(1000);
    stress.setRunEnd(1000);
    Words.set(stress.region.layout().frontierWord(SLAB, SIZE_CLASS), 0);
    return stress;
  }

  private static StressOwners limitedTo(long bytes, String freed) {
    StressOwners stress = POOL.take();
    stress.reset(bytes);
    for (int i = 0; i < freed.length(); i++) {
      stress.putInMagazine(stress.slot(freed.charAt(i)));
    }
    return stress;
  }

  private SharedWords wordsLimitedTo(long bytes) {
    return new SharedWords(region.layout(), new MemoryLimit(bytes), counts);
  }

  private OwnedHeap fresh() {
    return new OwnedHeap(
        new SlabHeap(region, words, 0),
        layout,
        directory,
        new Owners(directory, SLAB, false),
        Stash.of(layout, words),
        new Outbox(layout, words, directory),
        new Transit());
  }

  /** Empties what the previous state used, and gives the slab to a thread that never ran. */
  private void reset(long limitBytes) {
    set(OwnedSlab.TOP, layout.magazine(SLAB, SIZE_CLASS));
    set(OwnedSlab.BORROWED, layout.magazine(SLAB, SIZE_CLASS));
    borrower = OwnedSlab.of(OTHER_SLAB, layout);
    set(OwnedSlab.RUN, region.layout().area(SLAB, SIZE_CLASS));
    set(OwnedSlab.RUN_END, region.layout().area(SLAB, SIZE_CLASS));
    set(OwnedSlab.RUN_BEFORE_TRIM, 0);
    set(OwnedSlab.RETURNED, 0);
    set(OwnedSlab.THRESHOLD, StashLayout.wordThreshold(SIZE_CLASS));
    while (!FreeWords.hasEmptyStack(slab(), SIZE_CLASS)) {
      heap.stash().freeWords().takeTop(slab(), SIZE_CLASS);
    }
    for (int slab : new int[] {OTHER_SLAB, SLAB}) {
      long entry = layout.outbox(slab, SIZE_CLASS, SLAB);
      RawMemory.storePlain(entry + Outbox.CHAIN, 0);
    }
    for (int slab : new int[] {0, SLAB}) {
      Words.set(region.layout().headWord(slab, SIZE_CLASS), 0);
      Words.set(region.layout().removalsWord(slab, SIZE_CLASS), 0);
      Words.set(region.layout().frontierWord(slab, SIZE_CLASS), slab == 0 ? 0 : 2);
    }
    words = wordsLimitedTo(limitBytes);
    words.inUse().add(SLAB, SIZE_CLASS);
    for (int slab : new int[] {0, SLAB}) {
      words.sorted().kept().takeWord(slab, SIZE_CLASS, 0);
      words.sorted().purged().takeWord(slab, SIZE_CLASS, 0);
    }
    heap = fresh();
    Thread neverAlive = Thread.ofPlatform().unstarted(() -> {});
    owner = new Owner(neverAlive);
    if (!heap.owners().tryTake(SLAB, null, owner)) {
      throw new AssertionError("the slab of a fresh heap has an owner");
    }
  }

  /** Ends the state's use of this heap. */
  public void giveBack() {
    POOL.giveBack(this);
  }

  OwnedHeap heap() {
    return heap;
  }

  /** Returns the slot with a letter, A or B. */
  public long slot(char letter) {
    return region.layout().address(SLAB, SIZE_CLASS, letter - 'A' + 1);
  }

  private OwnedSlab slab() {
    return directory.slab(SLAB);
  }

  private void set(int word, long value) {
    slab().set(word, SIZE_CLASS, value);
  }

  /** Puts a slot in the magazine, as the slab's owner does. */
  public void putInMagazine(long address) {
    if (!slab().tryPutInMagazine(address, SIZE_CLASS)) {
      throw new AssertionError("the magazine is full");
    }
  }

  /** Takes a slot from the stash, as the slab's owner does. */
  public long takeAsOwner() {
    long taken = heap.stash().takeFree(slab(), SIZE_CLASS);
    return taken == OwnedHeap.NONE ? heap.stash().grow(slab(), SIZE_CLASS) : taken;
  }

  /** Takes a slot of the owned slab's list as the owner of another slab, and keeps more of it. */
  public long borrow() {
    return heap.reuse().take(borrower, SIZE_CLASS);
  }

  /** As {@link #borrow}, of the first slot alone, with the head stored instead of swapped. */
  public long borrowByStore(Runnable meanwhile) {
    long headWord = region.layout().headWord(SLAB, SIZE_CLASS);
    long head = RawMemory.loadAcquire(headWord);
    if (HeadWord.top(head) == 0) {
      return OwnedHeap.NONE;
    }
    long address = region.layout().address(SLAB, SIZE_CLASS, HeadWord.top(head));
    int link = RawMemory.loadLinkPlain(address);
    meanwhile.run();
    Words.set(headWord, HeadWord.popped(head, link));
    return address;
  }

  /** Takes a slot of what the slab's owner holds, if that is dead, as the owner of another slab. */
  public long borrowOfTheDead() {
    heap.held().lendOfTheDead(SLAB, borrower, SIZE_CLASS, 1);
    return borrower.takeFromMagazine(SIZE_CLASS);
  }

  /** As {@link #borrowOfTheDead}, of a slab that was not taken from its owner first. */
  public long borrowUnowned(Runnable meanwhile) {
    long top = slab().get(OwnedSlab.TOP, SIZE_CLASS);
    long slot = RawMemory.loadPlain(top);
    meanwhile.run();
    set(OwnedSlab.TOP, top - Long.BYTES);
    return slot;
  }

  /** Hands back what was borrowed and not used. */
  public void handBack() {
    heap.held().drain().handBack(borrower, SIZE_CLASS);
  }

  /** Gives all that the stash holds to the shared words, as the slab's owner does. */
  public void drainAsOwner() {
    heap.held().drain().drain(slab(), SIZE_CLASS);
  }

  /** Makes the calling thread the owner of the slab, if its owner is dead still. */
  public boolean acquire() {
    return heap.owners().tryAcquire(Thread.currentThread(), 0);
  }

  /** Allocates as a thread does that may own the slab. */
  public long heapAllocate() {
    return heap.allocate(SIZE_CLASS);
  }

  /** As {@link #drainLate} by an owner that has left its slab already. */
  public void leaveLate(Runnable meanwhile) {
    long top = slab().get(OwnedSlab.TOP, SIZE_CLASS);
    long slot = RawMemory.loadPlain(top);
    heap.owners().leave(SLAB);
    meanwhile.run();
    set(OwnedSlab.TOP, top - Long.BYTES);
    words.push(slot, SLAB, SIZE_CLASS);
  }

  /**
   * Takes the slab from its owner as a revoker does whose handshake shows it idle.
   *
   * @return "taken"; "cancelled" if the owner came first; "not asked" if it was about to resume
   */
  public String revoke() {
    Owner asked = Objects.requireNonNull(owner);
    Owner question = asked.question();
    if (!heap.owners().casOwner(SLAB, asked, question)) {
      return "not asked";
    }
    directory.revoke(SLAB);
    return heap.owners().tryTakeFromTheIdle(SLAB, question) ? "taken" : "cancelled";
  }

  /** Goes on as the owner does that does not find itself; returns whether the slab is its own. */
  public boolean resume() {
    return heap.owners().tryResume(Objects.requireNonNull(owner).id());
  }

  /** As {@link #resume}, with the id stored last, and something else done before that. */
  public boolean resumeIdLate(Runnable meanwhile) {
    meanwhile.run();
    directory.resume(Objects.requireNonNull(owner).id(), SLAB);
    return true;
  }

  /** Tells whether the owner would find itself in the slab. */
  public boolean isFound() {
    return slab().ownerId == Objects.requireNonNull(owner).id();
  }

  /** Frees a slot of the owned slab over the outbox of another thread, with a chain of one slot. */
  public void freeRemotely(long address) {
    if (!heap.outbox().tryPut(OTHER_SLAB, address, SIZE_CLASS, 1)) {
      throw new AssertionError("the slot was not handed out");
    }
  }

  /** Tells whether the freed list of the owned slab has slots. */
  public boolean hasListed() {
    return HeadWord.top(words.head(SLAB, SIZE_CLASS)) != 0;
  }

  /** Gives what the calling thread and dead threads hold back to the shared words. */
  public void releaseHeldSlots() {
    heap.held().release();
  }

  /** Drains the slab, if its owner is dead still, and does something else in the middle of it. */
  public void drainDead(Runnable meanwhile) {
    if (heap.owners().tryTakeFromTheDead(SLAB)) {
      meanwhile.run();
      drainAsOwner();
      heap.owners().release(SLAB);
    }
  }

  /** Trims. */
  public void trim() {
    new Trim(heap).trim();
  }

  /** Gives what is in the free word, as the slab's owner does whom a trim has asked. */
  public void give() {
    slab().owed = 1 << SIZE_CLASS;
    heap.reclaim().takeSome(slab());
  }

  /** As {@link #give}, also while somebody else has the turn. */
  public void giveOutOfTurn() {
    heap.reclaim().takeWords(slab(), SIZE_CLASS);
  }

  /** Tells whether nothing of slab 0 is handed out, nor of the owned one, and nothing is sorted. */
  public String tellGone() {
    long left = words.frontier(0, SIZE_CLASS) + words.frontier(SLAB, SIZE_CLASS);
    for (int slab : new int[] {0, SLAB}) {
      left += words.sorted().keptCount(slab, SIZE_CLASS);
      left += words.sorted().purgedCount(slab, SIZE_CLASS);
    }
    return left == 0 ? "all gone" : "not all gone";
  }

  /** Trims as by the clock, for the first time. */
  public void tick() {
    new Trim(heap).tick();
  }

  /** Sorts what is in the magazine and keeps it, with time between its look and what follows. */
  public void keepLate(Runnable meanwhile) {
    long top = slab().get(OwnedSlab.TOP, SIZE_CLASS);
    meanwhile.run();
    for (long slot = RawMemory.loadPlain(top); slot != SharedWords.NONE; ) {
      long number = region.layout().slotOf(slot, SIZE_CLASS);
      words.sorted().kept().put(SLAB, SIZE_CLASS, number, 1L << number);
      top -= Long.BYTES;
      slot = RawMemory.loadPlain(top);
    }
    set(OwnedSlab.TOP, top);
  }

  /** Takes a slot from the shared words, or none. */
  public long takeShared() {
    return heap.shared().allocate(SIZE_CLASS);
  }

  /** Claims the next slot of the owned slab, as a thread does that has no slab. */
  public long claimShared() {
    return SlabHeap.address(words.claim(SLAB, SIZE_CLASS));
  }

  /** Tells whether a slot of the owned slab counts as handed out. */
  public boolean isHandedOut(long address) {
    return heap.handedOut(address);
  }

  /** Sets one end of the owner's run alone, as a number of slots. */
  public void setRunStart(int slots) {
    set(OwnedSlab.RUN, region.layout().address(SLAB, SIZE_CLASS, slots + 1));
  }

  /** Sets the other one. */
  public void setRunEnd(int slots) {
    set(OwnedSlab.RUN_END, region.layout().address(SLAB, SIZE_CLASS, slots + 1));
  }

  /** As {@link #drainAsOwner}, with time between the look at the first slot and what follows. */
  public void drainLate(Runnable meanwhile) {
    long top = slab().get(OwnedSlab.TOP, SIZE_CLASS);
    long slot = RawMemory.loadPlain(top);
    meanwhile.run();
    set(OwnedSlab.TOP, top - Long.BYTES);
    words.push(slot, SLAB, SIZE_CLASS);
    drainAsOwner();
  }

  /** Tells a slot by its letter, fresh ones of the owned slab as F, those of others as H. */
  public String tell(long allocated) {
    if (allocated == OwnedHeap.NONE) {
      return "none";
    }
    long address = SlabHeap.address(allocated);
    RegionLayout slots = region.layout();
    if (slots.slabOf(address) != SLAB) {
      return "H";
    }
    int code = slots.codeOf(address, SIZE_CLASS);
    return code <= 2 ? String.valueOf((char) ('A' + code - 1)) : "F";
  }

  /**
   * Tells where the slots A and B are, each once or more: in a stash, an outbox, on the list, or
   * sorted; "gone" if a reclaim has lowered the frontier to 0.
   */
  public String tellFree() {
    StringBuilder told = new StringBuilder();
    for (char letter = 'A'; letter <= 'B'; letter++) {
      for (long free = timesFree(slot(letter)); free > 0; free--) {
        told.append(letter);
      }
    }
    if (!told.isEmpty()) {
      return told.toString();
    }
    return words.frontier(SLAB, SIZE_CLASS) == 0 ? "gone" : "-";
  }

  private long timesFree(long slot) {
    int code = region.layout().codeOf(slot, SIZE_CLASS);
    long times = 0;
    long top = slab().get(OwnedSlab.TOP, SIZE_CLASS);
    for (; RawMemory.loadPlain(top) != SharedWords.NONE; top -= Long.BYTES) {
      times += RawMemory.loadPlain(top) == slot ? 1 : 0;
    }
    times += timesListed(code, TakenList.first(slab().get(OwnedSlab.RETURNED, SIZE_CLASS)));
    times += timesListed(code, HeadWord.top(words.head(SLAB, SIZE_CLASS)));
    long entry = layout.outbox(SLAB, SIZE_CLASS, SLAB);
    long chain = RawMemory.loadPlain(entry + Outbox.CHAIN);
    times += timesListed(code, TakenList.first(chain));
    times += RawMemory.loadPlain(layout.freeWord(SLAB, SIZE_CLASS, 0)) >>> (code - 1) & 1;
    times += words.sorted().kept().bits(SLAB, SIZE_CLASS, 0) >>> (code - 1) & 1;
    return times + (words.sorted().purged().bits(SLAB, SIZE_CLASS, 0) >>> (code - 1) & 1);
  }

  private long timesListed(int code, int first) {
    long times = 0;
    int next = first;
    for (int length = 0; next != 0 && length < 4; length++) {
      times += next == code ? 1 : 0;
      next = RawMemory.loadLinkPlain(region.layout().address(SLAB, SIZE_CLASS, next));
    }
    return times;
  }

  /** A thread that lives on and answers by itself what a revocation asks: it keeps its slab. */
  private static final class AtWork extends Thread {
    AtWork() {
      super(AtWork::rest);
      setDaemon(true);
      start();
    }

    private static void rest() {
      while (true) {
        LockSupport.park();
      }
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      return new StackTraceElement[0];
    }
  }
}
