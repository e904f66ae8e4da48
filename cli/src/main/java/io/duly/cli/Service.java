package io.duly.cli;

import io.duly.runtime.HealthServer;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.runtime.Stop;
import io.duly.runtime.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Keeps a process running until it is told to stop (SIGTERM, SIGINT) or one of its parts fails, and
 * then closes the parts.
 */
final class Service {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final long CLOSE_SECONDS = 60;

  private Service() {}

  /** As below, ready while nothing has failed. */
  static int run(Settings settings, Parts parts, Supplier<List<Throwable>> failures) {
    return run(settings, parts, failures, () -> true);
  }

  /**
   * Runs until stopped; {@code failures} tells of parts that failed, {@code ready} whether those
   * that have not do their work. Returns the exit code.
   */
  static int run(
      Settings settings, Parts parts, Supplier<List<Throwable>> failures, BooleanSupplier ready) {
    CountDownLatch closed = new CountDownLatch(1);
    Stop stop = onTermination(closed);
    try (parts) {
      int port = settings.number("health.port");
      if (port != 0) {
        Telemetry telemetry = parts.add(Telemetry.start());
        parts.add(
            HealthServer.start(
                port,
                () -> failures.get().isEmpty(),
                () -> failures.get().isEmpty() && ready.getAsBoolean(),
                telemetry::scrape));
      }
      boolean failed = false;
      while (!failed && !stop.pause(LOOK)) {
        failed = !failures.get().isEmpty();
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
