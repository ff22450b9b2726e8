package org.smalloc4j;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a call at any depth of a thread's stack, in steps of 16 bytes.
 *
 * <p>Its methods exist for their frames alone: a flight of stairs is a method with many local
 * variables that calls itself, a single step one with a few. They are made here, as no source has
 * methods with 0, 2, 4 … 256 unused variables, and must not be compiled, for their frames to be of
 * the size of their variables: {@link #JVM_OPTIONS}.
 */
abstract class Stairs {
  /** Keeps the stairs interpreted. */
  static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=exclude,org.smalloc4j.Stairs*::*",
          "-XX:CompileCommand=exclude,org.smalloc4j.MadeStairs*::*");

  /** Bytes that a step adds to a stack. */
  static final int STEP_BYTES = 16;

  private static final String NAME = "org.smalloc4j.MadeStairs";
  private static final ClassDesc THIS = ClassDesc.of(NAME);
  private static final ClassDesc SUPER = ClassDesc.of(Stairs.class.getName());
  private static final ClassDesc GOAL = ClassDesc.of(Goal.class.getName());
  private static final MethodTypeDesc WALK = MethodTypeDesc.of(CD_void, CD_int, GOAL);
  private static final MethodTypeDesc STEP = MethodTypeDesc.of(CD_void, GOAL);
  private static final int WORDS_OF_FLIGHT = 128;

  /** A flight is no more than this: its variables, and what the interpreter adds. */
  private static final int FLIGHT_BYTES = WORDS_OF_FLIGHT * Long.BYTES + 192;

  /** Steps that bridge a flight; then the next flight goes on a little before. */
  static final int STEPS = FLIGHT_BYTES / STEP_BYTES;

  /** Flights before the end of the stack, at which a depth of 0 is. */
  private static final int LAST_FLIGHTS = 32;

  /** What stands at the end of the stairs. */
  interface Goal {
    /** Goes on from the last flight: calls {@link Stairs#step}, once or several times. */
    void atFlight(Stairs stairs, int step);

    /** Is what {@link Stairs#step} called. */
    void atStep();
  }

  private int firstFlight;

  /** Makes the stairs of the calling thread; others have a stack of their own. */
  static Stairs ofThisThread() {
    try {
      Stairs stairs = Made.TYPE.getDeclaredConstructor().newInstance();
      stairs.measure();
      return stairs;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the number of depths; the stack ends some way before the last. */
  static int depths() {
    return (LAST_FLIGHTS + 2) * STEPS;
  }

  /** Returns the deepest depth at which a step is still reached. */
  final int deepestReached() {
    boolean[] reached = new boolean[1];
    Goal goal =
        new Goal() {
          @Override
          public void atFlight(Stairs stairs, int step) {
            stairs.step(step, this);
          }

          @Override
          public void atStep() {
            reached[0] = true;
          }
        };
    for (int depth = depths() - 1; depth >= 0; depth--) {
      try {
        descend(depth, goal);
      } catch (StackOverflowError end) {
        continue;
      }
      if (reached[0]) {
        return depth;
      }
    }
    throw new AssertionError("the stack ends before the stairs do");
  }

  /** Goes to a depth; throws what the goal throws, and {@link StackOverflowError} before it. */
  final void descend(int depth, Goal goal) {
    flight(firstFlight + depth / STEPS, depth % STEPS, goal);
  }

  /** Calls {@link Goal#atStep} from {@code step} times 16 bytes further down. */
  final void step(int step, Goal goal) {
    made(step, goal);
  }

  private int flightsGone;

  private void flight(int flights, int step, Goal goal) {
    flightsGone = flights;
    madeFlight(step, goal);
  }

  /** Called at each flight: false at the last. */
  final boolean goesOn() {
    return --flightsGone > 0;
  }

  /** A method with many variables, which calls itself while {@link #goesOn}. */
  abstract void madeFlight(int step, Goal goal);

  /** Calls the method with {@code 2 * step} more variables. */
  abstract void made(int step, Goal goal);

  private void measure() {
    int most = 0;
    Goal nothing =
        new Goal() {
          @Override
          public void atFlight(Stairs stairs, int step) {}

          @Override
          public void atStep() {}
        };
    while (true) {
      try {
        flight(most + 1, 0, nothing);
        most++;
      } catch (StackOverflowError end) {
        break;
      }
    }
    firstFlight = most - LAST_FLIGHTS;
    if (firstFlight < 1) {
      throw new AssertionError("a stack of " + most + " flights is too small");
    }
  }

  private static final class Made {
    static final Class<? extends Stairs> TYPE = define();

    private static Class<? extends Stairs> define() {
      byte[] bytes = ClassFile.of().build(THIS, Made::write);
      try {
        return MethodHandles.lookup().defineClass(bytes).asSubclass(Stairs.class);
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }

    private static void write(java.lang.classfile.ClassBuilder type) {
      type.withSuperclass(SUPER).withFlags(AccessFlag.FINAL, AccessFlag.SUPER);
      type.withMethodBody(
          "<init>",
          MethodTypeDesc.of(CD_void),
          0,
          code ->
              code.aload(0).invokespecial(SUPER, "<init>", MethodTypeDesc.of(CD_void)).return_());
      type.withMethodBody("madeFlight", WALK, 0, Made::writeFlight);
      type.withMethodBody("made", WALK, 0, Made::writeSwitch);
      for (int step = 0; step < STEPS; step++) {
        int variables = 2 + 2 * step;
        type.withMethodBody(
            "step" + step,
            STEP,
            ClassFile.ACC_STATIC,
            code ->
                code.lconst_0()
                    .lstore(variables - 1)
                    .aload(0)
                    .invokeinterface(GOAL, "atStep", MethodTypeDesc.of(CD_void))
                    .return_());
      }
    }

    private static void writeFlight(CodeBuilder code) {
      Label last = code.newLabel();
      code.lconst_0().lstore(WORDS_OF_FLIGHT - 2);
      code.aload(0)
          .invokevirtual(SUPER, "goesOn", MethodTypeDesc.ofDescriptor("()Z"))
          .ifeq(last)
          .aload(0)
          .iload(1)
          .aload(2)
          .invokevirtual(THIS, "madeFlight", WALK)
          .return_()
          .labelBinding(last)
          .aload(2)
          .aload(0)
          .iload(1)
          .invokeinterface(GOAL, "atFlight", MethodTypeDesc.of(CD_void, SUPER, CD_int))
          .return_();
    }

    private static void writeSwitch(CodeBuilder code) {
      Label none = code.newLabel();
      List<SwitchCase> cases = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        cases.add(SwitchCase.of(step, code.newLabel()));
      }
      code.iload(1).tableswitch(0, STEPS - 1, none, cases);
      for (int step = 0; step < STEPS; step++) {
        code.labelBinding(cases.get(step).target())
            .aload(2)
            .invokestatic(THIS, "step" + step, STEP)
            .return_();
      }
      code.labelBinding(none).return_();
    }
  }
}
