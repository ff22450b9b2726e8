package org.smalloc4j;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.smalloc4j.internal.slab.Meeting;

/** A thread pushes two nodes while another takes all: every node is taken once. */
@JCStressTest
@Outcome(
    id = "[0-3], 0, 0",
    expect = Expect.ACCEPTABLE,
    desc = "Each node was taken once, as pushed.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A node was lost or taken twice, or taken before it was written.")
@State
public class BlockStack_PushTakeAll {
  private static final Smalloc HEAP = Smalloc.builder().regionBits(40).ownedSlabs(false).build();

  private final BlockStack stack = new BlockStack();
  private final Meeting meeting = new Meeting();
  private final long one = node();
  private final long other = node();
  private int wrong;

  private static long node() {
    long node = HEAP.malloc(BlockStack.NODE_BYTES, 8);
    BlockStack.describe(node, 0, 0);
    return node;
  }

  @Actor
  public void push() {
    meeting.await();
    BlockStack.describe(one, 1, 11);
    stack.tryPush(one);
    BlockStack.describe(other, 2, 12);
    stack.tryPush(other);
  }

  @Actor
  public void take(III_Result r) {
    meeting.await();
    r.r1 = seen(stack.takeAll());
  }

  private int seen(long top) {
    int numbers = 0;
    for (long node = top; node != BlockStack.EMPTY; node = BlockStack.below(node)) {
      long number = BlockStack.address(node);
      wrong += BlockStack.byteSize(node) == number + 10 ? 0 : 1;
      numbers += (int) number;
    }
    return numbers;
  }

  @Arbiter
  public void atRest(III_Result r) {
    int rest = seen(stack.takeAllAndClose());
    r.r2 = r.r1 + rest == 3 ? 0 : 1;
    r.r3 = wrong;
    HEAP.free(one);
    HEAP.free(other);
  }
}
