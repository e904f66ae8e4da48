package io.duly.worker;

import java.time.Duration;

/**
 * Whether the request of a claim may be sent: in time, while its worker is known to live, its run
 * goes on and the gate has not closed since the claim. Thread-safe.
 */
final class Clearance implements Calls.Permission {
  private final Duration sendWindow;
  private final OpenRuns openRuns;
  private final Liveness liveness;
  private final Gate gate;

  /** No request starts later than {@code sendWindow} after the claim. */
  Clearance(Duration sendWindow, OpenRuns openRuns, Liveness liveness, Gate gate) {
    this.sendWindow = sendWindow;
    this.openRuns = openRuns;
    this.liveness = liveness;
    this.gate = gate;
  }

  @Override
  public boolean maySend(Planned planned, long instant) {
    Moment then = new Moment(instant, liveness.now().timeOfDay());
    return planned.claimed().isWithin(sendWindow, then)
        && openRuns.maySend(planned)
        && liveness.maySend(planned.claimedNanos())
        && gate.maySend(planned.claimedNanos());
  }
}
