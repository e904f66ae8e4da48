package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConcurrencyTest {
  private static final long SECOND = 1_000_000_000L;

  private final Concurrency concurrency = new Concurrency(2, 16);

  @Test
  void anOverloadedApiHalvesItAndNeverBelowTheLeast() {
    concurrency.overloaded(0);
    assertThat(concurrency.limit()).isEqualTo(8);

    for (int second = 1; second < 10; second++) {
      concurrency.overloaded(second * SECOND);
    }

    assertThat(concurrency.limit()).isEqualTo(2);
  }

  @Test
  void answersToCallsThatWereUnderWayTogetherCountOnce() {
    concurrency.overloaded(0);
    concurrency.overloaded(1000);

    assertThat(concurrency.limit()).isEqualTo(8);
  }

  @Test
  void itGrowsByOneWithEachRoundAndNeverAboveTheMost() {
    concurrency.overloaded(0);

    for (int i = 0; i < 9; i++) {
      concurrency.grow();
    }
    assertThat(concurrency.limit()).isEqualTo(9);
    for (int i = 0; i < 1000; i++) {
      concurrency.grow();
    }

    assertThat(concurrency.limit()).isEqualTo(16);
  }
}
