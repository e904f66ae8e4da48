package io.duly.runtime;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a process has opened, closed in reverse order; every part is closed even when some fail. Not
 * thread-safe.
 */
public final class Parts implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Keeps {@code part} to be closed before all that were added earlier, and returns it. */
  public <T extends AutoCloseable> T add(T part) {
    opened.push(part);
    return part;
  }

  /** Closes all parts; the first failure is thrown with the others suppressed in it. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        if (failure == null) {
          failure =
              new IllegalStateException(
                  "closing " + part.getClass().getSimpleName() + " failed: " + e, e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
