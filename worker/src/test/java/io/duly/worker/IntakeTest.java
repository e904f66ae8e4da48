package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.DueOrder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final DueOrder FIRST = new DueOrder("1", 7, 0, 10);
  private static final DueOrder SECOND = new DueOrder("2", 7, 1, 10);
  private static final DueOrder THIRD = new DueOrder("3", 7, 0, 11);

  private final Intake intake = new Intake();

  @Test
  void whatWasReadFirstIsTakenFirst() {
    intake.add(List.of(FIRST, SECOND));
    intake.add(List.of(THIRD));

    List<DueOrder> taken = intake.take(2);

    assertThat(taken).containsExactly(FIRST, SECOND);
    assertThat(intake.size()).isEqualTo(1);
  }

  @Test
  void noMoreIsTakenThanThereIs() {
    intake.add(List.of(FIRST));

    List<DueOrder> taken = intake.take(500);

    assertThat(taken).containsExactly(FIRST);
    assertThat(intake.take(500)).isEmpty();
  }

  @Test
  void theOrdersOfALostPartitionAreDiscardedAndNoOthers() {
    intake.add(List.of(FIRST, SECOND, THIRD));

    List<DueOrder> discarded = intake.discard(Set.of(0));

    assertThat(discarded).containsExactly(FIRST, THIRD);
    assertThat(intake.take(500)).containsExactly(SECOND);
  }
}
