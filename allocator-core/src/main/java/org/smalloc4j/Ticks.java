package org.smalloc4j;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.smalloc4j.internal.os.PublicMethods;

/**
 * A daemon thread that calls something every so often, until that answers false, nobody else
 * reaches it any more, or it is told to end. It keeps neither that nor a class of ours reachable.
 */
final class Ticks {
  /*
   * Idea: a thread holds what it runs, and all classes on its stack. If that led to a class of ours,
   * our class loader would live as long as the thread, and with it the heap in a static field, and the
   * thread. So the thread runs handles of the JDK's own methods,
   *
   *   while (!end.await(nanos) && (action = reference.get()) != null && action.getAsBoolean());
   *
   * bound to objects of the JDK, and our code is on its stack only during a call. Its group is the
   * system's, and it has no context class loader: the caller's may be anybody's.
   */

  private static final long STACK_BYTES = 512 << 10;

  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread;

  /** What the thread reaches weakly. */
  @SuppressWarnings({"UnusedVariable", "FieldCanBeLocal"})
  private final BooleanSupplier action;

  /**
   * Creates a thread, for {@link #start} to start.
   *
   * @param nanos between two calls
   * @param action what is called; reachable as long as this object, if by nobody else
   */
  @SuppressWarnings("ThreadPriorityCheck") // that of whoever builds the heap is not inherited
  Ticks(String threadName, long nanos, BooleanSupplier action) {
    this.action = action;
    Runnable loop =
        MethodHandleProxies.asInterfaceInstance(Runnable.class, loop(end, nanos, action));
    thread = new Thread(systemGroup(), loop, threadName, STACK_BYTES, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.setPriority(Thread.NORM_PRIORITY);
  }

  /**
   * Starts the thread; the first call comes after the first pause.
   *
   * @throws OutOfMemoryError if the system has no thread; nothing has changed then
   */
  void start() {
    thread.start();
  }

  /** Lets the thread end, now or after the call that it makes. Needs no Java heap. */
  void end() {
    end.countDown();
  }

  /** Returns the thread, for tests. */
  Thread thread() {
    return thread;
  }

  private static ThreadGroup systemGroup() {
    ThreadGroup group = Objects.requireNonNull(Thread.currentThread().getThreadGroup());
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }

  private static MethodHandle loop(CountDownLatch end, long nanos, BooleanSupplier action) {
    MethodHandle ends =
        MethodHandles.insertArguments(
            PublicMethods.of(
                CountDownLatch.class, "await", boolean.class, long.class, TimeUnit.class),
            0,
            end,
            nanos,
            TimeUnit.NANOSECONDS);
    MethodHandle call =
        PublicMethods.of(BooleanSupplier.class, "getAsBoolean", boolean.class)
            .asType(MethodType.methodType(boolean.class, Object.class));
    MethodHandle no = MethodHandles.constant(boolean.class, false);
    MethodHandle callIfThere =
        MethodHandles.guardWithTest(
            PublicMethods.ofClass(Objects.class, "nonNull", boolean.class, Object.class),
            call,
            MethodHandles.dropArguments(no, 0, Object.class));
    MethodHandle get =
        PublicMethods.of(WeakReference.class, "get", Object.class)
            .bindTo(new WeakReference<>(action));
    MethodHandle goesOn =
        MethodHandles.guardWithTest(ends, no, MethodHandles.filterReturnValue(get, callIfThere));
    MethodHandle nothing = MethodHandles.empty(MethodType.methodType(void.class));
    MethodHandle loop = MethodHandles.whileLoop(null, goesOn, nothing);
    return MethodHandles.catchException( // interrupted, or no Java heap to link it: it ends
        loop, Throwable.class, MethodHandles.dropArguments(nothing, 0, Throwable.class));
  }
}
