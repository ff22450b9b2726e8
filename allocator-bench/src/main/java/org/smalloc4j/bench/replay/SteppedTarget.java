package org.smalloc4j.bench.replay;

import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.process.Steps;

/** An allocator each of whose calls is counted with the {@link Steps} that it took. */
final class SteppedTarget implements ReplayTarget {

  private final ReplayTarget target;
  private final StepCounts mallocs = new StepCounts();
  private final StepCounts reallocs = new StepCounts();
  private final StepCounts frees = new StepCounts();

  SteppedTarget(ReplayTarget target) {
    this.target = target;
  }

  /** Of malloc, calloc and aligned allocation. */
  StepCounts mallocs() {
    return mallocs;
  }

  StepCounts reallocs() {
    return reallocs;
  }

  StepCounts frees() {
    return frees;
  }

  @Override
  public long malloc(int id, long byteSize) {
    long before = Steps.ofThisThread();
    long address = target.malloc(id, byteSize);
    mallocs.add(Steps.ofThisThread() - before);
    return address;
  }

  @Override
  public long calloc(int id, long byteSize) {
    long before = Steps.ofThisThread();
    long address = target.calloc(id, byteSize);
    mallocs.add(Steps.ofThisThread() - before);
    return address;
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    long before = Steps.ofThisThread();
    long address = target.aligned(id, byteSize, byteAlignment);
    mallocs.add(Steps.ofThisThread() - before);
    return address;
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    long before = Steps.ofThisThread();
    long moved = target.realloc(id, address, oldByteSize, byteSize);
    reallocs.add(Steps.ofThisThread() - before);
    return moved;
  }

  @Override
  public void free(int id, long address) {
    long before = Steps.ofThisThread();
    target.free(id, address);
    frees.add(Steps.ofThisThread() - before);
  }

  @Override
  public String version() {
    return target.version();
  }
}
