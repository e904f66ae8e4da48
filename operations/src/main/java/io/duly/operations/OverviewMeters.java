package io.duly.operations;

import io.duly.runtime.Loop;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;

/**
 * Shows how the installation stands as gauges, looked at every ten seconds: runs, doubts, problems,
 * and the lag under the names of kafka-lag-exporter. A series goes with what it is about, and while
 * that cannot be read. Thread-safe.
 */
public final class OverviewMeters implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final OverviewGauges gauges;
  private final Loop looking;

  private OverviewMeters(Installation installation) {
    this.gauges = new OverviewGauges(installation, Metrics.globalRegistry);
    this.looking = Loop.start("overview-meters", EVERY, this::look);
  }

  /** Begins to look. */
  public static OverviewMeters start(Installation installation) {
    return new OverviewMeters(installation);
  }

  private int look() throws InterruptedException {
    gauges.look();
    return 0;
  }

  @Override
  public void close() {
    looking.close();
    gauges.close();
  }
}
