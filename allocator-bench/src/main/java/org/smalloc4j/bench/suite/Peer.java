package org.smalloc4j.bench.suite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.CLibrary;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * An allocator and who calls it.
 *
 * @param label of the allocator, followed by {@code " in C"} if C calls it
 * @param java what Java calls, null if C does
 * @param c what C calls, null if Java does
 */
public record Peer(String label, @Nullable TargetKind java, @Nullable CLibrary c) {

  /** How the label of a peer ends that C calls. */
  static final String IN_C = " in C";

  public static Peer of(TargetKind kind) {
    return new Peer(kind.label(), kind, null);
  }

  public static Peer of(CLibrary library) {
    return new Peer(library.label() + IN_C, null, library);
  }

  /** All that are on this machine, from Java, then from C. */
  public static List<Peer> all() {
    var all = new ArrayList<Peer>();
    TargetKind.peers().forEach(kind -> all.add(of(kind)));
    CLibrary.all().forEach(library -> all.add(of(library)));
    return List.copyOf(all);
  }

  /** Whether it is an allocator of this project. */
  public static boolean isOurs(String label) {
    return label.startsWith(TargetKind.SMALLOC4J.label());
  }
}
