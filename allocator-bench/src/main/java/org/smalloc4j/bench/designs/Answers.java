package org.smalloc4j.bench.designs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all rounds of a run have found out so far. */
final class Answers {

  private record Key(String task, String subject) {}

  private final Map<Key, Answer> answers = new LinkedHashMap<>();

  /** Adds what a round has found out. */
  void add(String task, String subject, Findings findings) {
    answers.merge(
        new Key(task, subject),
        new Answer(task, subject, findings.failure(), each(findings.figures())),
        Answers::both);
  }

  private static Map<String, List<Double>> each(Map<String, Double> figures) {
    Map<String, List<Double>> lists = new LinkedHashMap<>();
    figures.forEach((name, value) -> lists.put(name, List.of(value)));
    return lists;
  }

  private static Answer both(Answer one, Answer other) {
    Map<String, List<Double>> figures = new LinkedHashMap<>(one.figures());
    other.figures().forEach((name, values) -> figures.merge(name, values, Answers::joined));
    String failure = one.failure() != null ? one.failure() : other.failure();
    return new Answer(one.task(), one.subject(), failure, figures);
  }

  private static List<Double> joined(List<Double> some, List<Double> more) {
    List<Double> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** All, in the order in which they came. */
  List<Answer> all() {
    return List.copyOf(answers.values());
  }

  /** Whether a round of this has failed. */
  boolean hasFailed(String task, String subject) {
    Answer answer = answers.get(new Key(task, subject));
    return answer != null && answer.failure() != null;
  }
}
