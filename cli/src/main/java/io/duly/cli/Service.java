package io.duly.cli;

import io.duly.runtime.Health;
import io.duly.runtime.HealthServer;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.runtime.Stop;
import io.duly.runtime.Telemetry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a process running until it is told to stop (SIGTERM, SIGINT) or one of its parts fails, and
 * then closes the parts.
 */
final class Service {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final long CLOSE_SECONDS = 60;

  private Service() {}

  /** Runs until stopped, or until {@code health} tells of a failure; returns the exit code. */
  static int run(Settings settings, Parts parts, Health health) {
    CountDownLatch closed = new CountDownLatch(1);
    Stop stop = onTermination(closed);
    try (parts) {
      int port = settings.number("health.port");
      if (port != 0) {
        Telemetry telemetry = parts.add(Telemetry.start());
        parts.add(
            HealthServer.start(
                port,
                health::isAlive,
                () -> health.isAlive() && health.isReady(),
                telemetry::scrape));
      }
      boolean failed = false;
      while (!failed && !stop.pause(LOOK)) {
        failed = !health.failures().isEmpty();
      }
      return failed ? 1 : 0;
    } finally {
      closed.countDown();
    }
  }

  /**
   * A signal that is raised when the process is told to end, which then waits a while for {@code
   * closed}.
   */
  static Stop onTermination(CountDownLatch closed) {
    Stop stop = new Stop();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(stop, closed), "stop"));
    return stop;
  }

  private static void stopAndWait(Stop stop, CountDownLatch closed) {
    stop.raise();
    try {
      boolean unused = closed.await(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
