package org.smalloc4j;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.StretchLifetime;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.Headroom;
import org.smalloc4j.internal.raw.NativeAccess;
import org.smalloc4j.internal.slab.MemoryLimit;
import org.smalloc4j.internal.slab.OwnedHeap;
import org.smalloc4j.internal.slab.Prefault;
import org.smalloc4j.internal.slab.Region;
import org.smalloc4j.internal.slab.WarmUp;

/** Sets up heaps; the one place that asks the JVM what machine this is. */
final class SmallocBuilder implements Smalloc.Builder {
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final int NOT_SET = 0;
  private static final Duration LONGEST_INTERVAL = Duration.ofNanos(Long.MAX_VALUE);

  private @Nullable String name;
  private int regionBits = NOT_SET;
  private long maxBytes = MemoryLimit.UNLIMITED;
  private boolean ownedSlabs = true;
  private boolean carriersOwn = true;
  private boolean commitOnDemand;
  private boolean hugePages;
  private boolean lockMemory;
  private long prefaultBytes;
  private @Nullable LongPredicate exhaustionHandler;
  private long trimNanos;
  private @Nullable VirtualMemory os;

  @Override
  public SmallocBuilder name(String name) {
    this.name = name;
    return this;
  }

  @Override
  public SmallocBuilder regionBits(int regionBits) {
    if (regionBits < RegionLayout.SMALLEST_REGION_BITS
        || regionBits > RegionLayout.LARGEST_REGION_BITS) {
      throw new IllegalArgumentException(
          "regionBits is "
              + regionBits
              + "; expected "
              + RegionLayout.SMALLEST_REGION_BITS
              + " to "
              + RegionLayout.LARGEST_REGION_BITS);
    }
    this.regionBits = regionBits;
    return this;
  }

  @Override
  public SmallocBuilder maxBytes(long maxBytes) {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException(
          "maxBytes is " + maxBytes + "; expected more than 0 bytes");
    }
    this.maxBytes = maxBytes;
    return this;
  }

  @Override
  public SmallocBuilder onExhaustion(LongPredicate handler) {
    this.exhaustionHandler =
        Objects.requireNonNull(
            handler, "handler is null; expected a predicate of bytes, or no call of onExhaustion");
    return this;
  }

  @Override
  public SmallocBuilder trimEvery(Duration interval) {
    Objects.requireNonNull(
        interval, "interval is null; expected a duration, or no call of trimEvery");
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("interval is " + interval + "; expected more than 0");
    }
    if (interval.compareTo(LONGEST_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "interval is " + interval + "; expected at most " + LONGEST_INTERVAL + ", 292 years");
    }
    this.trimNanos = interval.toNanos();
    return this;
  }

  @Override
  public SmallocBuilder ownedSlabs(boolean ownedSlabs) {
    this.ownedSlabs = ownedSlabs;
    return this;
  }

  @Override
  public SmallocBuilder commitOnDemand(boolean onDemand) {
    this.commitOnDemand = onDemand;
    return this;
  }

  @Override
  public SmallocBuilder hugePages(boolean hugePages) {
    this.hugePages = hugePages;
    return this;
  }

  @Override
  public SmallocBuilder lockMemory(boolean lock) {
    this.lockMemory = lock;
    return this;
  }

  @Override
  public SmallocBuilder prefault(long bytesPerClass) {
    if (bytesPerClass < 0) {
      throw new IllegalArgumentException(
          "bytesPerClass is " + bytesPerClass + "; expected 0 or more bytes");
    }
    this.prefaultBytes = bytesPerClass;
    return this;
  }

  /** Sets whether carriers of virtual threads own slabs; the default is true. */
  SmallocBuilder carriersOwn(boolean carriersOwn) {
    this.carriersOwn = carriersOwn;
    return this;
  }

  /** Sets where the region comes from; the default is the system the JVM runs on. */
  SmallocBuilder virtualMemory(VirtualMemory os) {
    this.os = os;
    return this;
  }

  @Override
  public Smalloc build() {
    return build(true);
  }

  /** Builds a heap that cannot be closed. */
  Smalloc buildGlobal() {
    return build(false);
  }

  private Smalloc build(boolean closeable) {
    Headroom.check();
    NativeAccess.check();
    String heapName = name == null ? nextName() : name;
    VirtualMemory memory = os == null ? VirtualMemory.of(System.getProperty("os.name")) : os;
    Region region = reserve(memory, heapName);
    try {
      WarmUp.runFor(region);
      Apart.load();
      if (lockMemory) {
        lock(region, heapName);
      }
      return in(hugePages ? region.withHugePages() : region, heapName, closeable);
    } catch (Throwable thrown) {
      region.releaseBecauseOf(thrown);
      throw thrown;
    }
  }

  private static String nextName() {
    // No + of strings, which takes some milliseconds to link.
    return "heap-".concat(Integer.toString(NAMES.incrementAndGet()));
  }

  private Region reserve(VirtualMemory memory, String heapName) {
    try {
      if (os == null) {
        WarmUp.run(memory);
      }
      return regionBits == NOT_SET
          ? Region.reserveUpTo(memory, wantedBits(), commitOnDemand)
          : Region.reserve(memory, regionBits, commitOnDemand);
    } catch (OsException e) {
      throw (OutOfMemoryError) new OutOfMemoryError(refusal(memory, heapName, e)).initCause(e);
    }
  }

  private static void lock(Region region, String heapName) {
    try {
      region.lock();
    } catch (OsException e) {
      String refusal =
          "cannot lock the memory of heap '"
              + heapName
              + "': "
              + e.getMessage()
              + "; "
              + region.os().whyNotLocked(e, region.byteSize());
      throw (OutOfMemoryError) new OutOfMemoryError(refusal).initCause(e);
    }
  }

  /** Returns the bits of the region that is reserved without {@code regionBits}, if granted. */
  private int wantedBits() {
    return RegionLayout.bitsForAreasOf(maxBytes);
  }

  /** Sets up a heap in a region. Its lifetime begins last: if anything fails, it has not begun. */
  private Smalloc in(Region region, String heapName, boolean closeable) {
    int processors = Runtime.getRuntime().availableProcessors();
    OpenArenas confinedArenas = new OpenArenas();
    StretchLifetime lifetime =
        new StretchLifetime(
            region.os(),
            region.layout().base(),
            region.byteSize(),
            heapName,
            confinedArenas.numbers());
    OwnedHeap heap =
        OwnedHeap.in(region, new MemoryLimit(maxBytes), processors, ownedSlabs, carriersOwn);
    new Prefault(heap).touch(prefaultBytes, processors);
    Smalloc smalloc =
        new Smalloc(
            heapName,
            heap,
            lifetime,
            confinedArenas,
            new Exhaustion(exhaustionHandler),
            trimNanos,
            closeable);
    smalloc.begin();
    Headroom.noteBuilt();
    return smalloc;
  }

  private String refusal(VirtualMemory memory, String heapName, OsException e) {
    int bits = regionBits == NOT_SET ? wantedBits() : regionBits;
    String tried =
        regionBits == NOT_SET
            ? "any region of 2^"
                + bits
                + " down to 2^"
                + RegionLayout.SMALLEST_REGION_BITS
                + " bytes"
            : "2^" + regionBits + " bytes of addresses";
    return "cannot reserve "
        + tried
        + " for heap '"
        + heapName
        + "': "
        + e.getMessage()
        + "; "
        + memory.whyRefused(e, 1L << bits)
        + (regionBits == NOT_SET ? "" : ", or build with a smaller regionBits or none");
  }
}
