package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.DueOrder;
import io.duly.orders.Lanes;
import io.duly.runtime.Settings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final DueOrder FIRST = new DueOrder("1", 7, 0, 10);
  private static final DueOrder SECOND = new DueOrder("2", 7, 1, 10);
  private static final DueOrder THIRD = new DueOrder("3", 7, 0, 11);

  private final Intake intake = new Intake(new Lanes(Map.of()));

  /** Partition 0 is the urgent lane, 1 the slow one, all others are the main lane. */
  private final Intake lanes =
      new Intake(Lanes.of(Settings.of(Map.of("topic.lanes", "urgent:1,slow:1"))));

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

  @Test
  void anOrderWaitsBehindNoneOfAnotherLane() {
    lanes.add(orders(2, 1_000));
    lanes.add(orders(0, 10));

    List<DueOrder> taken = lanes.take(21);

    assertThat(taken)
        .filteredOn(each -> each.partition() == 0)
        .containsExactlyElementsOf(orders(0, 10));
    assertThat(taken)
        .filteredOn(each -> each.partition() == 2)
        .containsExactlyElementsOf(orders(2, 11));
  }

  @Test
  void lanesTakeTurnsAlsoWhereOneOrderIsTakenAtATime() {
    lanes.add(orders(2, 100));
    lanes.add(orders(0, 100));

    for (int i = 0; i < 20; i++) {
      assertThat(lanes.take(1)).hasSize(1);
    }

    assertThat(List.of(lanes.size("urgent"), lanes.size("slow"), lanes.size("main")))
        .containsExactly(90, 0, 90);
  }

  @Test
  void theLaneThatWasServedLastComesLast() {
    lanes.add(orders(2, 3));
    lanes.add(orders(0, 3));

    List<DueOrder> taken = lanes.take("urgent", 2);
    List<DueOrder> none = lanes.take("slow", 2);

    assertThat(taken).containsExactlyElementsOf(orders(0, 2));
    assertThat(none).isEmpty();
    assertThat(lanes.turns()).containsExactly("slow", "main", "urgent");
    assertThat(lanes.isOf("urgent", taken.get(0))).isTrue();
  }

  @Test
  void theOrdersOfALostPartitionAreDiscardedInEachLane() {
    lanes.add(orders(0, 3));
    lanes.add(orders(1, 3));
    lanes.add(orders(2, 3));

    assertThat(lanes.discard(Set.of(0, 2))).hasSize(6);
    assertThat(lanes.take(500)).containsExactlyElementsOf(orders(1, 3));
  }

  private static List<DueOrder> orders(int partition, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> new DueOrder(partition + "-" + n, 7, partition, n))
        .toList();
  }
}
