package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunByRunTest {
  private final List<Run> runs = List.of(run(1), run(2), run(3));

  @Test
  void runsThatFailKeepNoOtherFromTheirStepAndAreNamed() {
    List<Long> done = new ArrayList<>();

    assertThatThrownBy(
            () ->
                RunByRun.each(
                    runs,
                    run -> {
                      if (run.id() != 2) {
                        throw new IllegalArgumentException("its filter is gone");
                      }
                      done.add(run.id());
                      return 1;
                    }))
        .hasMessageContaining("run 1 cannot be judged")
        .hasMessageContaining("its filter is gone")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .singleElement()
                    .satisfies(each -> assertThat(each).hasMessageContaining("run 3 cannot be")));
    assertThat(done).containsExactly(2L);
  }

  @Test
  void tellsHowMuchWasDoneInAll() throws Exception {
    assertThat(RunByRun.each(runs, run -> (int) run.id())).isEqualTo(6);
  }

  /** The thread is to end: what is interrupted is no fault of a run. */
  @Test
  void endsAtOnceWhereItIsInterrupted() {
    assertThatThrownBy(
            () ->
                RunByRun.each(
                    runs,
                    run -> {
                      assertThat(run.id()).isEqualTo(1);
                      throw new InterruptedException();
                    }))
        .isInstanceOf(InterruptedException.class);
  }

  private static Run run(long id) {
    return new Run(
        id,
        "test",
        Instant.EPOCH,
        Run.State.PUBLISHED,
        null,
        null,
        0,
        List.of(),
        List.of(),
        new Run.Selection(Instant.EPOCH, "", "main"));
  }
}
