package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OrderStatusTest {
  @ParameterizedTest
  @CsvSource({
    "PENDING, PROCESSING IN_DOUBT CANCELLED",
    "PROCESSING, PENDING COMPLETED FAILED IN_DOUBT",
    "IN_DOUBT, PENDING COMPLETED FAILED",
    "COMPLETED, ''",
    "FAILED, ''",
    "CANCELLED, ''"
  })
  void allowsTheLegalMovesOnly(OrderStatus from, String wanted) {
    Set<OrderStatus> legal =
        Arrays.stream(OrderStatus.values()).filter(from::canBecome).collect(Collectors.toSet());

    assertThat(legal.stream().map(Enum::name))
        .containsExactlyInAnyOrder(wanted.isEmpty() ? new String[0] : wanted.split(" ", -1));
  }

  @Test
  void isSettledUnlessSomethingStillHappensByItself() {
    assertThat(Arrays.stream(OrderStatus.values()).filter(status -> !status.isSettled()))
        .containsExactly(OrderStatus.PENDING, OrderStatus.PROCESSING);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void takesEachOutcomeFromProcessingByALegalMove(Outcome outcome) {
    assertThat(OrderStatus.PROCESSING.canBecome(outcome.status())).isTrue();
  }

  @Test
  void isToldToReadersWhenItIsAResult() {
    assertThat(Arrays.stream(Outcome.values()).filter(Outcome::isResult))
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.of(Outcome.COMPLETED, Outcome.FAILED, Outcome.IN_DOUBT));
  }
}
