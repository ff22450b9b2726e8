package org.smalloc4j.internal.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An address space without memory: books reservations, and refuses what is larger than a limit.
 * Where it puts a reservation without a usable hint is up to the test.
 */
public final class FakeVirtualMemory implements VirtualMemory {
  /** ENOMEM. */
  public static final int ERRNO = 12;

  private final TreeMap<Long, Long> stretches = new TreeMap<>();
  private final List<Long> hints = new ArrayList<>();
  private final long largest;
  private final long firstChoice;
  private long locked;
  private int callsUntilFailure = -1;
  private @Nullable Throwable failure;

  /** Refuses above {@code largest} bytes; puts a reservation without a hint at its first choice. */
  public FakeVirtualMemory(long largest, long firstChoice) {
    this.largest = largest;
    this.firstChoice = firstChoice;
  }

  /** Makes one call fail, after {@code calls} more that do not: an OsException or unchecked. */
  public void failAfter(int calls, Throwable thrown) {
    callsUntilFailure = calls;
    failure = thrown;
  }

  /** Tells whether a call is still to fail. */
  public boolean willFail() {
    return callsUntilFailure >= 0;
  }

  private void mayFail() throws OsException {
    if (callsUntilFailure-- == 0 && failure != null) {
      FakeVirtualMemory.<OsException>sneak(failure);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** Marks a stretch as taken by somebody else. */
  public void occupy(long address, long byteSize) {
    stretches.put(address, byteSize);
  }

  /** The stretches reserved, by address. */
  public Map<Long, Long> stretches() {
    return stretches;
  }

  /** The hints given so far. */
  public List<Long> hints() {
    return hints;
  }

  private boolean isFree(long address, long byteSize) {
    Map.Entry<Long, Long> before = stretches.lowerEntry(address + byteSize);
    return before == null || before.getKey() + before.getValue() <= address;
  }

  @Override
  public long reserve(long hint, long byteSize) throws OsException {
    mayFail();
    hints.add(hint);
    if (byteSize > largest) {
      throw new OsException("mmap of " + byteSize + " bytes", ERRNO);
    }
    long address = hint != 0 && isFree(hint, byteSize) ? hint : firstChoice;
    while (!isFree(address, byteSize)) {
      address += stretches.lowerEntry(address + byteSize).getValue();
    }
    stretches.put(address, byteSize);
    return address;
  }

  @Override
  public boolean advise(long address, long byteSize, Advice advice) {
    try {
      mayFail();
    } catch (OsException refused) {
      return false;
    }
    return true;
  }

  @Override
  public void lock(long address, long byteSize) throws OsException {
    mayFail();
    locked += byteSize;
  }

  /** Bytes that were locked so far. */
  public long locked() {
    return locked;
  }

  @Override
  public long discard(long address, long byteSize) {
    return 0;
  }

  @Override
  public void release(long address, long byteSize) throws OsException {
    mayFail();
    Map.Entry<Long, Long> holder = stretches.floorEntry(address);
    long begin = holder.getKey();
    long end = begin + holder.getValue();
    if (address + byteSize > end) {
      throw new AssertionError("released more than was reserved");
    }
    stretches.remove(begin);
    if (begin < address) {
      stretches.put(begin, address - begin);
    }
    if (address + byteSize < end) {
      stretches.put(address + byteSize, end - address - byteSize);
    }
  }

  @Override
  public long osPageBytes() {
    return 4096;
  }
}
