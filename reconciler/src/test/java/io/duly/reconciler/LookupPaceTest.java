package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookupPaceTest {
  private final AtomicLong now = new AtomicLong();

  private LookupPace pace(int rate) {
    return new LookupPace(Duration.ofSeconds(1), Duration.ofMinutes(5), rate, now::get);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void doubtsThatStayAreAskedForLessAndLessOften() {
    LookupPace pace = pace(0);
    Duration last = Duration.ZERO;
    for (int walk = 0; walk < 12; walk++) {
      assertThat(pace.isDue()).isTrue();
      pace.asked(64, 0);
      last = pace.walked();
      assertThat(pace.isDue()).isFalse();
      pass(last);
    }
    assertThat(last).isEqualTo(Duration.ofMinutes(5));

    pace.asked(64, 1);
    assertThat(pace.walked()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void whereNothingIsInDoubtTheNextOneIsSeenAtOnce() {
    LookupPace pace = pace(0);
    pace.asked(1, 0);
    pace.walked();
    pace.walked();

    assertThat(pace.walked()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aTenthOfTheRateIsNotExceeded() {
    LookupPace pace = pace(100);

    pace.asked(64, 64);
    pass(Duration.ofMillis(6_399));
    assertThat(pace.isDue()).isFalse();
    pass(Duration.ofMillis(1));

    assertThat(pace.isDue()).isTrue();
  }
}
