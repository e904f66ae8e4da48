package io.duly.worker;

import io.duly.runtime.Health;
import io.duly.runtime.Loop;
import java.time.Duration;
import java.util.List;

/**
 * Whether a worker lives: its loops go on. Whether it is ready: the database has its heartbeats,
 * and its group has it as a member. Thread-safe.
 */
final class Vitals implements Health {
  /** No statement and no request to a broker takes longer. */
  private static final Duration LONGEST_PASS = Duration.ofMinutes(3);

  private final List<Loop> loops;
  private final Duration drainTimeout;
  private final Liveness liveness;
  private final Poller poller;

  /** Of a worker whose passes take {@code drainTimeout} longer while partitions are taken away. */
  Vitals(List<Loop> loops, Duration drainTimeout, Liveness liveness, Poller poller) {
    this.loops = List.copyOf(loops);
    this.drainTimeout = drainTimeout;
    this.liveness = liveness;
    this.poller = poller;
  }

  @Override
  public List<Throwable> failures() {
    return Loop.failures(loops);
  }

  @Override
  public boolean isAlive() {
    return Loop.areAlive(loops, LONGEST_PASS.plus(drainTimeout));
  }

  @Override
  public boolean isReady() {
    return isAlive() && liveness.isFresh() && poller.isConnected();
  }
}
