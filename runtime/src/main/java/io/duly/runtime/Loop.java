package io.duly.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a step on a thread of its own until closed: rests when there was nothing to do, backs off
 * and goes on after a failure. A step that must not go on throws {@link Fatal}; the loop then ends
 * and says so through {@link #failure()}. close() waits for the pass under way and may be called
 * more than once. Thread-safe.
 */
public final class Loop implements AutoCloseable {
  /** Thrown by a step that must not be repeated; the cause says why. */
  public static final class Fatal extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Fatal(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(3));

  private final Stop stop = new Stop();
  private final Step step;
  private final Duration rest;
  private final Thread thread;
  private volatile @Nullable Throwable failure;
  private volatile long lastPassNanos = System.nanoTime();
  private volatile long lastSuccessNanos = System.nanoTime();

  private Loop(String name, Duration rest, Step step) {
    this.step = step;
    this.rest = rest;
    this.thread = new Thread(this::run, name);
  }

  /**
   * Starts a loop whose thread is called {@code name}; {@code rest} is the wait after a pass that
   * did nothing.
   */
  public static Loop start(String name, Duration rest, Step step) {
    Loop loop = new Loop(name, rest, step);
    loop.thread.start();
    return loop;
  }

  /** Why the loop ended by itself; null while it runs or after close(). */
  public @Nullable Throwable failure() {
    return failure;
  }

  /** How long ago the last pass ended or failed. */
  public Duration sinceLastPass() {
    return Duration.ofNanos(System.nanoTime() - lastPassNanos);
  }

  /** How long ago the last pass that did not fail ended; since its start where there was none. */
  public Duration sinceLastSuccess() {
    return Duration.ofNanos(System.nanoTime() - lastSuccessNanos);
  }

  /** The failures that ended some of {@code loops}. */
  public static List<Throwable> failures(List<Loop> loops) {
    return loops.stream().map(Loop::failure).filter(Objects::nonNull).toList();
  }

  /** Whether no failure has ended any of {@code loops}, and none is at a pass for so long. */
  public static boolean areAlive(List<Loop> loops, Duration longestPass) {
    return failures(loops).isEmpty()
        && loops.stream().allMatch(each -> each.sinceLastPass().compareTo(longestPass) < 0);
  }

  public boolean isRunning() {
    return thread.isAlive();
  }

  private void run() {
    int failures = 0;
    while (!stop.isRaised() && failure == null) {
      try {
        int done = step.once();
        failures = 0;
        lastPassNanos = System.nanoTime();
        lastSuccessNanos = lastPassNanos;
        if (done == 0) {
          stop.pause(rest);
        }
      } catch (Throwable e) {
        failures++;
        lastPassNanos = System.nanoTime();
        failed(e, failures);
      }
    }
  }

  private void failed(Throwable e, int failures) {
    if (e instanceof Fatal || e instanceof Error) {
      failure = e;
      log.error("Loop ended loop={} reason={}", thread.getName(), e.toString(), e);
      return;
    }
    if (stop.isRaised()) {
      return;
    }
    Duration wait = BACKOFF.after(failures, ThreadLocalRandom.current());
    log.warn(
        "Pass failed, trying again loop={} failures={} wait={}",
        thread.getName(),
        failures,
        wait,
        e);
    stop.pause(wait);
  }

  /** Raises the stop signal without waiting for the thread. */
  public void stop() {
    stop.raise();
  }

  @Override
  public void close() {
    stop.raise();
    if (Thread.currentThread() == thread) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
