package org.smalloc4j.bench.designs;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.classic.BinnedAllocator;
import org.smalloc4j.classic.FirstFitAllocator;
import org.smalloc4j.classic.PageAllocator;
import org.smalloc4j.classic.SpinLockSlabAllocator;
import org.smalloc4j.classic.SystemAllocator;

/** The designs, in the order of the tables; a variant has the colour of its design, lighter. */
public enum Design {
  SLAB(TargetKind.CLASSIC_SLAB, SpinLockSlabAllocator.class, "#b45309"),
  SLAB_ARITHMETIC(TargetKind.CLASSIC_SLAB_ARITHMETIC, SpinLockSlabAllocator.class, "#f0b264"),
  BINNED(TargetKind.CLASSIC_BINNED, BinnedAllocator.class, "#1d4ed8"),
  BINNED_LOCKED(TargetKind.CLASSIC_BINNED_LOCKED, BinnedAllocator.class, "#8fb2f5"),
  PAGE(TargetKind.CLASSIC_PAGE, PageAllocator.class, "#7e22ce"),
  FIRST_FIT(TargetKind.CLASSIC_FIRST_FIT, FirstFitAllocator.class, "#15803d"),
  FIRST_FIT_TAGS(TargetKind.CLASSIC_FIRST_FIT_TAGS, FirstFitAllocator.class, "#86cf9f"),
  SMALLOC4J(TargetKind.SMALLOC4J, Smalloc.class, "#dc2626"),
  SYSTEM(TargetKind.SYSTEM, SystemAllocator.class, "#6b7280");

  private final TargetKind target;
  private final Class<?> root;
  private final String colour;

  Design(TargetKind target, Class<?> root, String colour) {
    this.target = target;
    this.root = root;
    this.colour = colour;
  }

  /** What is measured. */
  public TargetKind target() {
    return target;
  }

  /** The name on the command line, in tables and charts. */
  public String label() {
    return target.label();
  }

  /** The class that a user begins with. */
  Class<?> root() {
    return root;
  }

  /** The colour of its lines and bars. */
  String colour() {
    return colour;
  }

  /** The design with that label. */
  public static Optional<Design> of(String label) {
    return Arrays.stream(values()).filter(design -> design.label().equals(label)).findFirst();
  }

  /** All labels, in order. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Design::label).collect(Collectors.toList());
  }
}
