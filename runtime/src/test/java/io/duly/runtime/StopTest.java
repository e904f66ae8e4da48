package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StopTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final Stop stop = new Stop();

  @Test
  void isNotRaisedByAPauseThatEnds() {
    boolean raised = stop.pause(Duration.ofMillis(1));

    assertThat(raised).isFalse();
    assertThat(stop.isRaised()).isFalse();
  }

  @Test
  void endsAPauseAtOnceWhenItIsRaised() throws Exception {
    AtomicBoolean answer = new AtomicBoolean();
    Thread pausing = new Thread(() -> answer.set(stop.pause(LONG)), "pausing");
    pausing.start();
    await().until(() -> pausing.getState() == Thread.State.TIMED_WAITING);

    stop.raise();

    pausing.join();
    assertThat(answer).isTrue();
  }

  @Test
  void staysRaised() {
    stop.raise();
    stop.raise();

    stop.await();

    assertThat(stop.isRaised()).isTrue();
    assertThat(stop.pause(LONG)).isTrue();
  }

  @Test
  void takesAnInterruptForTheSignalAndKeepsTheFlag() throws Exception {
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiting =
        new Thread(
            () -> {
              stop.await();
              interrupted.set(Thread.currentThread().isInterrupted());
            },
            "waiting");
    waiting.start();

    waiting.interrupt();

    waiting.join();
    assertThat(stop.isRaised()).isTrue();
    assertThat(interrupted).isTrue();
  }
}
