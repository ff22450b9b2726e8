package examples;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.jctools.queues.SpscArrayQueue;
import org.smalloc4j.Allocator;

/**
 * Messages from one thread to another: off-heap blocks whose addresses travel through a JCTools
 * queue. The queue holds objects, and a boxed address would be one for each message; so addresses
 * travel in envelopes, which come back empty through a second queue. No garbage, no copy.
 */
public final class MessageHandOff {
  private static final int IN_FLIGHT = 1024;

  @SuppressWarnings("restricted") // one segment over all memory: a message is at its address
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final class Envelope {
    long address;
  }

  private final Allocator heap;
  private final SpscArrayQueue<Envelope> sent = new SpscArrayQueue<>(IN_FLIGHT);
  private final SpscArrayQueue<Envelope> empty = new SpscArrayQueue<>(IN_FLIGHT);

  public MessageHandOff(Allocator heap) {
    this.heap = heap;
    empty.fill(Envelope::new, IN_FLIGHT);
  }

  /** Gives a block away; false if too many are on their way. For one thread. */
  public boolean offer(long address) {
    Envelope envelope = empty.poll();
    if (envelope != null) {
      envelope.address = address;
      sent.offer(envelope); // there is room for every envelope; publishes the block's contents
    }
    return envelope != null;
  }

  /** Takes a block over, to read and to free; NULL if there is none. For one other thread. */
  public long poll() {
    Envelope envelope = sent.poll();
    if (envelope == null) {
      return Allocator.NULL;
    }
    long address = envelope.address;
    empty.offer(envelope);
    return address;
  }

  /** Sends the numbers 1 to {@code messages}, a block each, and returns the sum that arrived. */
  public long sum(long messages) throws InterruptedException {
    Thread producer = Thread.ofPlatform().start(() -> produce(messages));
    long sum = 0;
    for (long received = 0; received < messages; ) {
      long message = poll();
      if (message != Allocator.NULL) {
        sum += MEMORY.get(JAVA_LONG, message);
        heap.free(message); // of another thread's malloc: such slots go back in chains
        received++;
      }
    }
    producer.join();
    return sum;
  }

  private void produce(long messages) {
    for (long i = 1; i <= messages; i++) {
      long message = heap.malloc(64);
      MEMORY.set(JAVA_LONG, message, i);
      while (!offer(message)) {
        Thread.onSpinWait();
      }
    }
  }
}
