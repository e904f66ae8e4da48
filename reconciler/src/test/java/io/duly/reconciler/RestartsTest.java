package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RestartsTest {
  @Test
  void theFirstStartIsDueAtOnceAndEachFailurePutsItOff() {
    Restarts restarts = new Restarts();
    assertThat(restarts.isDue()).isTrue();

    for (int failure = 0; failure < 50; failure++) {
      restarts.failed("reason", null);
    }

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(restarts::isDue);
    restarts.well();
    assertThat(restarts.isDue()).isTrue();
  }
}
