package io.duly.worker;

import io.duly.orders.RunControl;
import java.time.Duration;
import java.util.Set;

/**
 * Which runs go on, as the database last said: what was claimed of a run that has been paused or
 * cancelled since is not sent. The claim itself looks at the run, so that a claim younger than the
 * last look needs none. maySend() is thread-safe, once() belongs to one thread.
 */
final class OpenRuns {
  /** How often to look: a pause or a cancellation is to reach all calls within 2 s. */
  static final Duration LOOK = Duration.ofMillis(250);

  /** The runs that went on at an instant of System.nanoTime(). */
  private record Seen(Set<Long> runs, long nanos) {
    Seen {
      runs = Set.copyOf(runs);
    }
  }

  private final RunControl control;
  private final Runnable stopped;
  private volatile Seen seen = new Seen(Set.of(), System.nanoTime());

  /** Calls {@code stopped} when runs that went on do so no more. */
  OpenRuns(RunControl control, Runnable stopped) {
    this.control = control;
    this.stopped = stopped;
  }

  /** Asks the database; returns 0, so that the loop rests. */
  int once() {
    long now = System.nanoTime(); // before the question: what was claimed after it is not judged
    Set<Long> before = seen.runs();
    seen = new Seen(control.goingOn(), now);
    if (!seen.runs().containsAll(before)) {
      stopped.run();
    }
    return 0;
  }

  /** Whether the order of a claim may be sent, as far as its run is concerned. */
  boolean maySend(Planned planned) {
    Seen last = seen;
    return planned.claimedNanos() - last.nanos() >= 0
        || last.runs().contains(planned.claim().due().runId());
  }
}
