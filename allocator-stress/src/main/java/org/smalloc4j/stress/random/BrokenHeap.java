package org.smalloc4j.stress.random;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.SplittableRandom;
import org.smalloc4j.Allocator;
import org.smalloc4j.Smalloc;

/** The positive control: a heap that now and then hands out a block that is live. */
final class BrokenHeap {
  private static final int CALLS_PER_ERROR = 100;
  private static final int MOST_LIVES = 1_000;

  private final Allocator sound;
  private long last;
  private int calls;

  private BrokenHeap(Allocator sound) {
    this.sound = sound;
  }

  /** Tells whether lives on a broken heap end with a complaint, as they must. */
  static boolean isCaught() {
    try (Smalloc sound = Smalloc.create()) {
      BrokenHeap broken = new BrokenHeap(sound);
      Allocator heap =
          (Allocator)
              Proxy.newProxyInstance(
                  BrokenHeap.class.getClassLoader(),
                  new Class<?>[] {Allocator.class},
                  (_, method, arguments) ->
                      method.getName().equals("tryMalloc")
                          ? broken.tryMalloc((long) arguments[0], (long) arguments[1])
                          : unwrapped(() -> method.invoke(sound, arguments)));
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < MOST_LIVES; i++) {
        new Life(heap, new Rings(1), 0, i, random.split()).run();
      }
      return false;
    } catch (AssertionError | IllegalStateException caught) {
      return true;
    }
  }

  private long tryMalloc(long byteSize, long byteAlignment) {
    calls++;
    boolean fits = last != Allocator.NULL && sound.usableSize(last) >= byteSize;
    if (calls % CALLS_PER_ERROR != 0 || !fits || last % byteAlignment != 0) {
      last = sound.tryMalloc(byteSize, byteAlignment);
    }
    return last;
  }

  private interface Call {
    Object run() throws ReflectiveOperationException;
  }

  private static Object unwrapped(Call call) throws Throwable {
    try {
      return call.run();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
