package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.Test;

/**
 * Under Lincheck's model checker the shared words are linearizable, to a stack and a counter, and
 * obstruction-free. {@code -Dlincheck.iterations} tries more scenarios.
 */
class LincheckTest {
  private static final int ITERATIONS = Integer.getInteger("lincheck.iterations", 20);
  private static final int INVOCATIONS = 1_000;

  private static ModelCheckingOptions options(int threads, int calls) {
    return new ModelCheckingOptions()
        .sequentialSpecification(SequentialWords.class)
        .checkObstructionFreedom(true)
        .iterations(ITERATIONS)
        .invocationsPerIteration(INVOCATIONS)
        .threads(threads)
        .actorsPerThread(calls)
        .actorsBefore(4)
        .actorsAfter(2);
  }

  @Test
  void twoThreads() {
    options(2, 4)
        .addCustomScenario(aba())
        .addCustomScenario(pushWhilePopping())
        .check(LincheckedWords.class);
  }

  @Test
  void threeThreads() {
    options(3, 3).check(LincheckedWords.class);
  }

  @Test
  void aPushThatDoesNotCountIsCaught() {
    assertIsCaught(aba(), LincheckedWords.Uncounted.class);
  }

  @Test
  void aPushThatLinksLateIsCaught() {
    assertIsCaught(pushWhilePopping(), LincheckedWords.LinkedLate.class);
  }

  private static void assertIsCaught(
      ExecutionScenario scenario, Class<? extends LincheckedWords> weakened) {
    ModelCheckingOptions only = options(2, 4).addCustomScenario(scenario).iterations(0);
    assertThrows(LincheckAssertionError.class, () -> only.check(weakened));
  }

  /** The list is 2, 1: one thread pops, another pops twice and pushes 2. */
  private static ExecutionScenario aba() {
    return new ExecutionScenario(
        List.of(call("claim", 0), call("claim", 0), call("push", 0), call("push", 0)),
        List.of(List.of(call("pop", 1)), List.of(call("pop", 2), call("pop", 2), call("push", 2))),
        List.of(call("pop", 3), call("pop", 3)),
        null);
  }

  /** The list is 1: one thread pushes 2, another pops twice. */
  private static ExecutionScenario pushWhilePopping() {
    return new ExecutionScenario(
        List.of(call("claim", 0), call("claim", 0), call("push", 0)),
        List.of(List.of(call("push", 0)), List.of(call("pop", 2), call("pop", 2))),
        List.of(call("pop", 3)),
        null);
  }

  private static Actor call(String method, int thread) {
    try {
      return new Actor(LincheckedWords.class.getMethod(method, int.class), List.of(thread));
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }
}
