package org.smalloc4j.stress.revoke;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.slab.IdleHeap;

/**
 * What a compiler keeps while the JVM loads a class: an owner's operations, reduced to a plain look
 * at an id and a plain update, around an {@code instanceof} of a class whose loader waits. A
 * revoker takes the cell away meanwhile, if the stack tells it so; an update after that is an
 * error.
 */
public final class LoadingProgram {
  private static final int TRIALS = 20;
  private static final int WARM_UP = 20_000;
  private static final long ID = 1;

  /** How a revoker decides. */
  enum Form {
    /** As the program does. */
    SOUND,
    /** Whoever waits is idle, whatever waits below it. */
    ANY_PARK
  }

  /** What an owner has; public, since who uses it comes from another loader. */
  public static final class Cell {
    public long ownerId = ID;
    public long value;
  }

  /** What is loaded by a loader of its own. */
  public interface Code {
    /** Makes two operations. */
    boolean run(Cell cell, long id, @Nullable Object object);
  }

  /** Loads two classes by itself, and waits before the second. */
  private static final class Loader extends ClassLoader {
    final CountDownLatch isAsked = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    Loader() {
      super(LoadingProgram.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      boolean isLate = name.equals(Late.class.getName());
      if (!isLate && !name.equals(Operations.class.getName())) {
        return super.loadClass(name, resolve);
      }
      if (isLate) {
        isAsked.countDown();
        awaitUninterruptibly(goOn);
      }
      String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
      try (InputStream bytes =
          Objects.requireNonNull(LoadingProgram.class.getResourceAsStream(file))) {
        byte[] code = bytes.readAllBytes();
        return defineClass(name, code, 0, code.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private LoadingProgram() {}

  /**
   * Runs.
   *
   * @param arguments the {@link Form}
   */
  public static void main(String[] arguments) throws Exception {
    Form form = Form.valueOf(arguments[0]);
    var wrong = new AtomicInteger();
    int taken = 0;
    for (int i = 0; i < TRIALS; i++) {
      taken += tryOnce(form, wrong) ? 1 : 0;
    }
    System.out.println(taken + " takes of " + TRIALS + ", written after " + wrong + " of them");
    System.exit(wrong.get() == 0 ? 0 : 1);
  }

  private static boolean tryOnce(Form form, AtomicInteger wrong) throws Exception {
    Loader loader = new Loader();
    Code code =
        (Code) loader.loadClass(Operations.class.getName()).getDeclaredConstructor().newInstance();
    Cell cell = new Cell();
    Thread owner =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < WARM_UP; i++) {
                    code.run(cell, ID, null);
                  }
                  code.run(cell, ID, code);
                });
    loader.isAsked.await();
    while (owner.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    cell.ownerId = 0;
    VarHandle.fullFence();
    boolean isTaken =
        form == Form.ANY_PARK ? owner.getStackTrace().length > 0 : IdleHeap.isIdle(owner);
    long value = cell.value;
    loader.goOn.countDown();
    owner.join();
    if (isTaken && cell.value != value) {
      wrong.incrementAndGet();
    }
    return isTaken;
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean hasWaited = false;
    while (!hasWaited) {
      try {
        latch.await();
        hasWaited = true;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
