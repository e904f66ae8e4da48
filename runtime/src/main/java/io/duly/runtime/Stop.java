package io.duly.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The signal by which a process or a part of it is told to end. Raised once, never lowered.
 * Thread-safe.
 */
public final class Stop {
  private final CountDownLatch raised = new CountDownLatch(1);

  public void raise() {
    raised.countDown();
  }

  public boolean isRaised() {
    return raised.getCount() == 0;
  }

  /**
   * Waits for {@code pause} or until the signal is raised; an interrupt counts as the signal.
   * Returns isRaised().
   */
  public boolean pause(Duration pause) {
    try {
      return raised.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      raise();
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Waits until the signal is raised. */
  public void await() {
    boolean isOver;
    do {
      isOver = pause(Duration.ofHours(1));
    } while (!isOver);
  }
}
