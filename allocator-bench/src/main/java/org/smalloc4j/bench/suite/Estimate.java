package org.smalloc4j.bench.suite;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * A figure and how far it can be trusted.
 *
 * @param value mean of the processes' medians
 * @param halfWidth half the width of its interval: what the samples allow with 99 % confidence
 *     (Student's t), but at least half the distance of the processes' medians
 */
public record Estimate(double value, double halfWidth) {

  private static final double CONFIDENCE = 0.99;
  private static final double MEDIAN = 50;

  /** Of samples of one or several processes, each with at least one. */
  public static Estimate of(List<List<Double>> processes) {
    var medians = new DescriptiveStatistics();
    var samples = new DescriptiveStatistics();
    for (List<Double> process : processes) {
      var own = new DescriptiveStatistics();
      process.forEach(own::addValue);
      process.forEach(samples::addValue);
      medians.addValue(own.getPercentile(MEDIAN));
    }
    double between = (medians.getMax() - medians.getMin()) / 2;
    return new Estimate(medians.getMean(), Math.max(between, within(samples)));
  }

  private static double within(DescriptiveStatistics samples) {
    double number = samples.getN();
    if (number < 2) {
      return 0;
    }
    double t =
        new TDistribution(null, number - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    return t * samples.getStandardDeviation() / Math.sqrt(number);
  }

  public double low() {
    return value - halfWidth;
  }

  public double high() {
    return value + halfWidth;
  }
}
