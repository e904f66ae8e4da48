package io.duly.cli;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * A bar that shows how far a run is: redrawn in place on a terminal, a line every few seconds
 * elsewhere. Used by one thread.
 */
final class ProgressLine {
  private static final int WIDTH = 30;
  private static final long EVERY_NANOS_PLAIN = Duration.ofSeconds(5).toNanos();

  private final PrintWriter out;
  private final boolean terminal;
  private final long total;
  private final long startNanos = System.nanoTime();
  private long printedNanos = startNanos - EVERY_NANOS_PLAIN;
  private long lastDone;
  private long lastNanos = startNanos;
  private double rate;

  ProgressLine(PrintWriter out, boolean terminal, long total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
  }

  /**
   * Shows that {@code done} orders have a result, {@code inDoubt} of them unknown, and {@code lag}
   * records wait.
   */
  void show(long done, long inDoubt, long lag) {
    long now = System.nanoTime();
    measure(done, now);
    if (!terminal && now - printedNanos < EVERY_NANOS_PLAIN) {
      return;
    }
    printedNanos = now;
    int filled = (int) (WIDTH * done / Math.max(1, total));
    String bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    String line =
        String.format(
            "%s %,d/%,d orders  %,.0f/s  lag %,d  in doubt %,d  ETA %s",
            bar, done, total, rate, lag, inDoubt, eta(done));
    out.print(terminal ? "\r\033[K" + line : line + System.lineSeparator());
    out.flush();
  }

  /** Ends the line. */
  void end() {
    if (terminal) {
      out.println();
    }
  }

  private void measure(long done, long now) {
    double seconds = (now - lastNanos) / 1e9;
    if (seconds >= 0.5) {
      double current = (done - lastDone) / seconds;
      rate = rate == 0 ? current : 0.7 * rate + 0.3 * current;
      lastDone = done;
      lastNanos = now;
    }
  }

  private String eta(long done) {
    if (done >= total) {
      return "0 s";
    }
    return rate < 1 ? "–" : Math.round((total - done) / rate) + " s";
  }
}
