package io.duly.sandbox.verdict;

/** An event of the result topic. */
record Told(String order, int attempt, int transition, String outcome) {
  /** Whether this event came after {@code other} in the life of the order. */
  boolean isAfter(Told other) {
    return attempt != other.attempt ? attempt > other.attempt : transition > other.transition;
  }
}
