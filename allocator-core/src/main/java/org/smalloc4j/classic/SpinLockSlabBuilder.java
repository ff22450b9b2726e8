package org.smalloc4j.classic;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.Allocator;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.NativeAccess;

/** Sets up a {@link SpinLockSlabAllocator}. Not safe for use by several threads. */
public final class SpinLockSlabBuilder {
  private static final int SMALLEST_SLAB_BYTES = 1 << 12;
  private static final int LARGEST_SLAB_BYTES = 1 << 30;
  private static final int NOT_SET = 0;

  /** What classes are multiples of: a free slot has room for its link, and links are aligned. */
  private static final int SLOT_STEP = 8;

  private int[] classes = {8, 16, 32, 64, 128, 256, 512, 1024};
  private int slabBytes = NOT_SET;
  OwnerSearch ownerSearch = OwnerSearch.LINEAR;
  boolean reclaims;
  private boolean isColoured;
  private @Nullable Allocator fallback;
  private @Nullable VirtualMemory os;

  SpinLockSlabBuilder() {}

  /**
   * Sets the classes; the default is 8, 16, 32, 64, 128, 256, 512, 1024.
   *
   * @param slotBytes sizes of the slots in bytes, ascending, multiples of 8, the largest not above
   *     the slab
   * @return this builder
   * @throws IllegalArgumentException if there is none, or one is below 8, not a multiple of 8, or
   *     not above the one before
   */
  public SpinLockSlabBuilder classes(int... slotBytes) {
    int[] copy = slotBytes.clone();
    String all = "classes are " + Arrays.toString(copy) + "; expected ";
    if (copy.length == 0) {
      throw new IllegalArgumentException(all + "at least one slot size");
    }
    int before = 0;
    for (int size : copy) {
      if (size < SLOT_STEP || size % SLOT_STEP != 0) {
        throw new IllegalArgumentException(
            all + "multiples of 8 bytes from 8 on, since a free slot has a link of 8 bytes in it");
      }
      if (size <= before) {
        throw new IllegalArgumentException(
            all + "each above the one before, but " + size + " comes after " + before);
      }
      before = size;
    }
    classes = copy;
    return this;
  }

  /**
   * Sets the size of a slab; the default is 4096, or an OS page where that is larger.
   *
   * @param slabBytes bytes, a power of two from 4096 to 2^30, and not below the OS page
   * @return this builder
   * @throws IllegalArgumentException if it is none of these
   */
  public SpinLockSlabBuilder slabBytes(int slabBytes) {
    if (Integer.bitCount(slabBytes) != 1
        || slabBytes < SMALLEST_SLAB_BYTES
        || slabBytes > LARGEST_SLAB_BYTES) {
      throw new IllegalArgumentException(
          "slabBytes is "
              + slabBytes
              + "; expected a power of two from "
              + (SMALLEST_SLAB_BYTES + " to " + LARGEST_SLAB_BYTES));
    }
    this.slabBytes = slabBytes;
    return this;
  }

  /**
   * Sets how slabs are found; the default is the published {@link OwnerSearch#LINEAR}.
   *
   * @param ownerSearch how
   * @return this builder
   */
  public SpinLockSlabBuilder ownerSearch(OwnerSearch ownerSearch) {
    this.ownerSearch = Objects.requireNonNull(ownerSearch, "ownerSearch");
    return this;
  }

  /**
   * Sets whether free gives a slab that has become empty back to the system, where its class has
   * another empty one; the default is {@code false}, as published: only {@link
   * SpinLockSlabAllocator#trim} does.
   *
   * @param reclaim whether free gives slabs back
   * @return this builder
   */
  public SpinLockSlabBuilder reclaim(boolean reclaim) {
    reclaims = reclaim;
    return this;
  }

  /**
   * Sets whether the slots of each slab begin 64 bytes further in than those of the slab before,
   * and at the front again when the slab has no room for that, so that slabs do not meet on the
   * same cache sets. Costs an eighth of each slab, or one slot, whichever is more, and alignments
   * above 64, which are the fallback's then; the default is {@code false}, as published. A class of
   * one slot to a slab has no room for it.
   *
   * @param colouring whether slots are shifted
   * @return this builder
   */
  public SpinLockSlabBuilder colouring(boolean colouring) {
    isColoured = colouring;
    return this;
  }

  /**
   * Sets what serves requests above the largest class; the default is {@link SystemAllocator}.
   *
   * @param fallback an open allocator, which stays the caller's to close, after this one
   * @return this builder
   */
  public SpinLockSlabBuilder fallback(Allocator fallback) {
    this.fallback = Objects.requireNonNull(fallback, "fallback");
    return this;
  }

  Allocator fallback() {
    return fallback == null ? SystemAllocator.instance() : fallback;
  }

  /** Sets where slabs come from; the default is the system the JVM runs on. */
  SpinLockSlabBuilder virtualMemory(VirtualMemory os) {
    this.os = os;
    return this;
  }

  /**
   * Makes the allocator. Takes no memory yet.
   *
   * @return an allocator of its own
   * @throws IllegalArgumentException if the largest class is above the slab, or the slab below the
   *     OS page
   * @throws IllegalStateException if the fallback is closed
   * @throws IllegalCallerException if native access is denied; the message names the option
   * @throws UnsupportedOperationException if the system is neither Linux nor macOS
   */
  public SpinLockSlabAllocator build() {
    int largest = classes[classes.length - 1];
    if (slabBytes != NOT_SET) {
      checkFits(largest, slabBytes);
    }
    NativeAccess.check();
    VirtualMemory memory = os == null ? VirtualMemory.of(System.getProperty("os.name")) : os;
    int osPageBytes = (int) memory.osPageBytes();
    int bytes = slabBytes == NOT_SET ? Math.max(SMALLEST_SLAB_BYTES, osPageBytes) : slabBytes;
    checkFits(largest, bytes);
    if (bytes < osPageBytes) {
      throw new IllegalArgumentException(
          "slabBytes is "
              + bytes
              + "; expected an OS page of this system, "
              + osPageBytes
              + " bytes, at least");
    }
    SlabClass[] slabClasses = new SlabClass[classes.length];
    for (int i = 0; i < classes.length; i++) {
      slabClasses[i] = new SlabClass(classes[i], bytes, isColoured);
    }
    return new SpinLockSlabAllocator(this, memory, slabClasses);
  }

  private static void checkFits(int largestClass, int slabBytes) {
    if (largestClass > slabBytes) {
      throw new IllegalArgumentException(
          "the largest class is "
              + largestClass
              + " bytes and a slab "
              + slabBytes
              + "; expected a slot to fit into a slab: leave the class to the fallback, or build"
              + " with larger slabBytes");
    }
  }
}
