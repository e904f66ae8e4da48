package io.duly.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every failpoint in every way of failing: pairs of failpoint, way and contract, or all of them
 * with {@code -Dduly.matrix=full}. Processes of their own, judged by the table, the result topic,
 * the write-ahead log and the API's books.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashMatrixTest {
  private final MatrixTable table = new MatrixTable();
  private Site site;

  @BeforeAll
  void open() throws IOException {
    Path folder = Path.of("target", "crash-matrix", String.valueOf(System.currentTimeMillis()));
    site = Site.open(Files.createDirectories(folder).toAbsolutePath());
  }

  @AfterAll
  void close() {
    site.close();
    table.write(Path.of("target", "crash-matrix.md"));
  }

  static Stream<Arguments> rounds() {
    List<Cell> cells =
        System.getProperty("duly.matrix", "pairwise").equals("full")
            ? Plan.full()
            : Plan.pairwise();
    List<Plan.Round> rounds = Plan.rounds(cells);
    return java.util.stream.IntStream.range(0, rounds.size())
        .filter(each -> Integer.getInteger("duly.matrix.round", each) == each)
        .mapToObj(each -> Arguments.of(each, rounds.get(each)));
  }

  @Execution(ExecutionMode.CONCURRENT) // a round waits more than it works
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("rounds")
  void nothingIsLostStuckOrDoneTwice(int number, Plan.Round round) {
    try (RoundRun run = new RoundRun(site, round, "round" + number)) {
      Verdict verdict = run.run();

      table.add(round, run.reached(), verdict);
      assertThat(verdict.violations()).isEmpty();
      assertThat(verdict.holds()).as(verdict.toString()).isTrue();
    }
  }
}
