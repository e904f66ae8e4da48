package io.duly.sandbox.verdict;

/** An event of the result topic. */
record Told(Key key, Status outcome) {
  /** What identifies an event. */
  record Key(String order, int attempt, int transition) {
    /** Whether this event came after {@code other} in the life of the order. */
    boolean isAfter(Key other) {
      return attempt != other.attempt ? attempt > other.attempt : transition > other.transition;
    }
  }
}
