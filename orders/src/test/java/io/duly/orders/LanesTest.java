package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanesTest {
  private static final Lanes LANES =
      Lanes.of(Settings.of(Map.of("topic.lanes", "urgent:2, slow:1")));

  @Test
  void theNamedLanesHaveTheFirstPartitionsAndTheMainLaneAllOthers() {
    List<String> lanes = IntStream.range(0, 8).mapToObj(LANES::of).toList();

    assertThat(lanes)
        .containsExactly("urgent", "urgent", "slow", "main", "main", "main", "main", "main");
    assertThat(LANES.names()).containsExactly("urgent", "slow", "main");
  }

  @ParameterizedTest
  @CsvSource({"urgent, 0, 1", "slow, 2, 2", "main, 3, 7", "no such, 3, 7"})
  void ordersGoToAllPartitionsOfTheirLaneAndToNoOther(String lane, int first, int last) {
    assertThat(partitions(LANES, lane, 8))
        .containsExactlyElementsOf(IntStream.rangeClosed(first, last).boxed().toList());
  }

  @Test
  void partitionsThatAreAddedMoveNoLaneButTheMainOne() {
    assertThat(partitions(LANES, "urgent", 12)).containsExactly(0, 1);
    assertThat(partitions(LANES, "main", 12)).contains(3, 11).doesNotContain(0, 1, 2);
  }

  @Test
  void withoutLanesThePartitionIsThatOfKafka() {
    Lanes none = Lanes.of(Settings.of(Map.of()));

    for (int id = 0; id < 500; id++) {
      DueRecord due = new DueRecord(String.valueOf(id), 7);
      assertThat(none.partition(6, "main", due.key()))
          .isEqualTo(BuiltInPartitioner.partitionForKey(due.key(), 6));
    }
  }

  @ParameterizedTest
  @CsvSource({"urgent, 1, 0", "slow, 2, 0", "main, 3, 0", "slow, 3, 2"})
  void aTopicWithTooFewPartitionsTakesEveryOrderAllTheSame(String lane, int count, int first) {
    assertThat(partitions(LANES, lane, count)).contains(first);
  }

  @Test
  void lanesThatLeaveNothingForTheMainLaneAreRefused() {
    assertThatThrownBy(() -> LANES.requireRoom("orders.due", 3))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "topic.lanes takes 3 partitions and topic orders.due has 3: at least one must be left for the main lane");
    assertThatCode(() -> LANES.requireRoom("orders.due", 4)).doesNotThrowAnyException();
  }

  @Test
  void aLaneThatThereIsNotIsRefusedByName() {
    assertThat(LANES.require("urgent")).isEqualTo("urgent");
    assertThatThrownBy(() -> LANES.require("urgnet"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("there is no lane urgnet")
        .hasMessageContaining("urgent, slow, main");
  }

  private static Set<Integer> partitions(Lanes lanes, String lane, int count) {
    Set<Integer> seen = new TreeSet<>();
    for (int id = 0; id < 500; id++) {
      seen.add(lanes.partition(count, lane, String.valueOf(id).getBytes(StandardCharsets.UTF_8)));
    }
    return seen;
  }
}
