package io.duly.worker;

import io.duly.api.ApiAnswer;

/**
 * Notices when too many of the last orders were refused for good, which more often means that
 * something is wrong with all of them than with each. Thread-safe.
 */
final class FailureLimit {
  private final int window;
  private final int percent;
  private final Shares failed;

  /** A limit on the last {@code window} results; 100 percent are never too many. */
  FailureLimit(int window, int percent) {
    this.window = window;
    this.percent = percent;
    this.failed = new Shares(window);
  }

  /** Counts an answer; returns whether there are too many now, and then counts anew. */
  synchronized boolean isReachedBy(ApiAnswer answer) {
    if (answer instanceof ApiAnswer.Executed || answer instanceof ApiAnswer.Refused) {
      failed.add(answer instanceof ApiAnswer.Refused);
    }
    boolean isReached = failed.isFull() && failed.count() * 100L > (long) percent * window;
    if (isReached) {
      failed.clear();
    }
    return isReached;
  }

  String reason() {
    return "more than "
        + percent
        + " % of the last "
        + window
        + " orders of a worker FAILED (limits.failure-ratio)";
  }
}
