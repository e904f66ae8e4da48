package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReachTest {
  @Test
  void whatTheTopicHasLostIsPassed() {
    assertThat(reach(0, 50, 10).hasPassed(0, 50)).isFalse();
    assertThat(reach(0, 50, 50).hasPassed(0, 50)).isTrue();
    assertThat(reach(40, 60, 10).hasPassed(0, 50)).isFalse();
    assertThat(reach(50, 60, 10).hasPassed(0, 50)).isTrue();
    assertThat(reach(0, 5, 5).hasPassed(0, 50)).as("made anew").isTrue();
    assertThat(reach(0, 5, 4).hasPassed(0, 50)).as("made anew").isFalse();
    assertThat(reach(0, 5, 5).hasPassed(1, 50)).as("made anew with fewer partitions").isTrue();
  }

  @Test
  void aRecordIsLostWhereTheGroupHasReadAllOfATopicThatDoesNotReachIt() {
    assertThat(reach(0, 5, 5).hasLost(0, 7)).isTrue();
    assertThat(reach(0, 5, 5).hasLost(0, 5)).isTrue();
    assertThat(reach(0, 5, 5).hasLost(0, 4)).as("there").isFalse();
    assertThat(reach(0, 5, 4).hasLost(0, 7)).as("not read yet").isFalse();
    assertThat(reach(0, 0, 0).hasLost(0, 7)).as("nothing to read").isFalse();
    assertThat(reach(0, 5, 9).hasLost(0, 12)).as("committed in the earlier topic").isFalse();
    assertThat(reach(0, 5, 5).hasLost(1, 7)).as("no such partition").isFalse();
  }

  @Test
  void theGroupIsStuckWhereItHasNothingToReadAndHasNotPassedTheRecord() {
    assertThat(reach(0, 0, 0).isStuck(0, 7)).as("made anew").isTrue();
    assertThat(reach(0, 0, 7).isStuck(0, 7)).as("made anew, and committed before").isTrue();
    assertThat(reach(0, 1, 7).isStuck(0, 7)).as("made anew, to be read").isFalse();
    assertThat(reach(8, 8, 0).isStuck(0, 7)).as("records gone").isTrue();
    assertThat(reach(8, 9, 0).isStuck(0, 7)).as("to be read").isFalse();
    assertThat(reach(0, 8, 8).isStuck(0, 7)).as("passed").isFalse();
    assertThat(reach(0, 0, 0).isStuck(1, 7)).as("no such partition").isFalse();
  }

  /** Of a topic of one partition. */
  private static Reach reach(long beginning, long end, long committed) {
    return new Reach(Map.of(0, beginning), Map.of(0, end), Map.of(0, committed));
  }
}
