package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.bench.allocator.CLibrary;
import org.smalloc4j.bench.micro.PairBenchmark;

class CDriverTest {

  @ParameterizedTest
  @EnumSource(CLibrary.class)
  void everyLibraryAnswersEveryQuestion(CLibrary library) throws IOException {
    Optional<CDriver> compiled = CDriver.compile();
    assumeTrue(compiled.isPresent(), "no cc");
    try (CDriver driver = compiled.get()) {
      for (Question question : Question.all()) {
        Answer answer = driver.answer(question, library, 0, 1, 1);
        assertNull(answer.failure(), question.name());
        assertNotNull(answer.nanos());
        assertTrue(answer.nanos() > 0 && answer.nanos() < 1e6, () -> answer.nanos() + " ns");
      }
    }
  }

  @Test
  void whatTheProgramRefusesIsAFailure() throws IOException {
    Optional<CDriver> compiled = CDriver.compile();
    assumeTrue(compiled.isPresent(), "no cc");
    var unknown = new Question("odd", PairBenchmark.class, Map.of(), List.of("odd"));
    try (CDriver driver = compiled.get()) {
      Answer answer = driver.answer(unknown, CLibrary.GLIBC, 0, 1, 1);
      assertEquals("odd: no such benchmark", answer.failure());
    }
  }
}
