package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.Smalloc;
import org.smalloc4j.internal.os.ForwardingMemory;

class SpinLockSlabBuilderTest {
  private static final Class<IllegalArgumentException> REFUSAL = IllegalArgumentException.class;

  private final SpinLockSlabBuilder builder = SpinLockSlabAllocator.builder();

  private static List<Integer> classesOf(SpinLockSlabAllocator allocator) {
    return allocator.classStats().stream().map(SlabClassStats::slotBytes).toList();
  }

  @Test
  void theDefaultIsThePublishedAllocator() {
    try (SpinLockSlabAllocator allocator = builder.build()) {
      assertEquals(List.of(8, 16, 32, 64, 128, 256, 512, 1024), classesOf(allocator));
      allocator.free(allocator.malloc(1));
      assertEquals(4096, allocator.classStats().getFirst().heldBytes());
    }
  }

  @Test
  void classesAndSlabsAreWhatWasSet() {
    try (SpinLockSlabAllocator allocator =
        builder.classes(24, 4096, 8192).slabBytes(8192).build()) {
      assertEquals(List.of(24, 4096, 8192), classesOf(allocator));
      long p = allocator.malloc(5000);
      assertEquals(8192, allocator.usableSize(p));
      assertEquals(8192, allocator.classStats().getLast().heldBytes());
      allocator.free(p);
    }
  }

  @Test
  void noClassIsRefused() {
    Refused.with(REFUSAL, builder::classes, "[]", "at least one");
  }

  @Test
  void classesThatDoNotAscendAreRefusedByName() {
    Refused.with(REFUSAL, () -> builder.classes(8, 32, 16), "[8, 32, 16]", "16 comes after 32");
    Refused.with(REFUSAL, () -> builder.classes(8, 8), "[8, 8]", "8 comes after 8");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 7, -8, Integer.MIN_VALUE, 12, 1001})
  void aClassThatHasNoRoomForAnAlignedLinkIsRefusedByName(int slotBytes) {
    Refused.with(REFUSAL, () -> builder.classes(slotBytes), slotBytes, "multiples of 8");
    Refused.with(REFUSAL, () -> builder.classes(slotBytes, 2048), slotBytes);
  }

  @Test
  void aClassAboveTheSlabIsRefusedWithBothSizesInWhateverOrderTheyAreSet() {
    Refused.with(REFUSAL, () -> builder.classes(64, 8192).build(), 8192, 4096, "slabBytes");
    builder.slabBytes(8192).build().close();
    Refused.with(REFUSAL, () -> builder.slabBytes(4096).build(), 8192, 4096);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2048, 4095, 5000, 12_288, -4096, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aSlabThatIsNoPowerOfTwoOrOutOfRangeIsRefusedByName(int slabBytes) {
    Refused.with(REFUSAL, () -> builder.slabBytes(slabBytes), slabBytes, "power of two", 4096);
  }

  @Test
  void aSlabBelowTheOsPageIsRefused() {
    builder.virtualMemory(
        new ForwardingMemory() {
          @Override
          public long osPageBytes() {
            return 16_384;
          }
        });
    Refused.with(REFUSAL, () -> builder.slabBytes(4096).build(), 4096, 16_384);
  }

  @Test
  void aRefusedSettingLeavesTheBuilderAsItWas() {
    Refused.with(REFUSAL, () -> builder.classes(16, 8), 16);
    Refused.with(REFUSAL, () -> builder.slabBytes(17), 17);
    try (SpinLockSlabAllocator allocator = builder.build()) {
      assertEquals(8, classesOf(allocator).size());
    }
  }

  @Test
  void theArrayOfClassesIsCopied() {
    int[] classes = {8, 16};
    builder.classes(classes);
    classes[0] = 1;
    try (SpinLockSlabAllocator allocator = builder.build()) {
      assertEquals(List.of(8, 16), classesOf(allocator));
    }
  }

  @Test
  void nothingIsRefusedAsNull() {
    assertThrows(NullPointerException.class, () -> builder.fallback(null));
    assertThrows(NullPointerException.class, () -> builder.ownerSearch(null));
  }

  @Test
  void aClosedFallbackIsRefused() {
    Smalloc closed = Smalloc.create();
    closed.close();
    Refused.with(IllegalStateException.class, () -> builder.fallback(closed).build(), "closed");
  }
}
