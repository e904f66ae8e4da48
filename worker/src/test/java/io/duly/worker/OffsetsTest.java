package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OffsetsTest {
  private final Offsets offsets = new Offsets();

  private long assignment;

  private void poll(long... polled) {
    for (long each : polled) {
      assignment = offsets.polled(0, each);
      offsets.position(0, each + 1);
    }
  }

  private boolean finish(long offset, boolean passes) {
    return offsets.finished(0, offset, assignment, passes);
  }

  @Test
  void commitsTheContiguousPrefixOnly() {
    offsets.assigned(0, 10);
    poll(10, 11, 12);

    finish(10, true);
    finish(12, true);

    assertThat(offsets.committable()).isEqualTo(Map.of(0, 11L));
  }

  @Test
  void passesWhatReadersNeverSeeOnceAllIsDone() {
    offsets.assigned(0, 10);
    poll(10);
    offsets.position(0, 12); // a transaction marker stands at 11

    finish(10, true);

    assertThat(offsets.committable()).isEqualTo(Map.of(0, 12L));
    assertThat(offsets.isAhead()).isTrue();
  }

  @Test
  void aReleasedRecordIsNoLongerInHandAndStaysToBeDeliveredAgain() {
    offsets.assigned(0, 10);
    poll(10, 11);

    finish(10, false);
    finish(11, true);

    assertThat(offsets.inHand(Set.of(0))).isZero();
    assertThat(offsets.committable()).isEqualTo(Map.of(0, 10L));
  }

  @Test
  void whatWasFinishedTwiceCountsOnce() {
    offsets.assigned(0, 10);
    poll(10, 11);

    finish(10, true);
    finish(10, true);

    assertThat(offsets.inHand()).isEqualTo(1);
  }

  @Test
  void onlyTheFirstToFinishARecordIsTold() {
    offsets.assigned(0, 10);
    poll(10);

    assertThat(finish(10, true)).isTrue();
    assertThat(finish(10, true)).isFalse();
  }

  @Test
  void aTopicMadeAnewStartsItsPartitionsOver() {
    offsets.assigned(0, 10);
    poll(10, 11);

    poll(0);
    finish(0, true);

    assertThat(offsets.committable()).isEqualTo(Map.of(0, 1L));
    assertThat(offsets.isAhead()).isTrue();
    assertThat(offsets.inHand()).isZero();
  }

  @Test
  void aDroppedPartitionIsForgotten() {
    offsets.assigned(0, 10);
    poll(10);

    offsets.dropped(Set.of(0));
    finish(10, true);

    assertThat(offsets.owns(0)).isFalse();
    assertThat(offsets.committable()).isEmpty();
  }

  @Test
  void whatEndsAfterItsPartitionCameBackSaysNothingOfTheRecordThatWasReadAgain() {
    offsets.assigned(0, 10);
    poll(10);
    long earlier = assignment;
    offsets.dropped(Set.of(0));
    offsets.assigned(0, 10);
    poll(10);

    boolean wasInHand = offsets.finished(0, 10, earlier, false);

    assertThat(wasInHand).isFalse();
    assertThat(offsets.inHand()).isEqualTo(1);
    assertThat(finish(10, true)).isTrue();
    assertThat(offsets.committable()).isEqualTo(Map.of(0, 11L));
  }

  @Test
  void nothingIsAheadAfterACommit() {
    offsets.assigned(0, 10);
    poll(10);
    finish(10, true);

    offsets.committed(offsets.committable());

    assertThat(offsets.isAhead()).isFalse();
  }
}
