package org.smalloc4j.bench.replay;

import java.util.List;
import java.util.stream.Stream;

/**
 * How many steps single calls took.
 *
 * @param calls how many calls there were
 * @param median steps that half of them did not exceed
 * @param rare steps that 99.99 % of them did not exceed
 * @param largest steps of one call
 */
public record StepFigures(long calls, long median, long rare, long largest) {

  String toText() {
    return calls + " " + median + " " + rare + " " + largest;
  }

  static StepFigures fromText(String text) {
    List<Long> numbers = Stream.of(text.split(" ")).map(Long::valueOf).toList();
    return new StepFigures(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
  }
}
