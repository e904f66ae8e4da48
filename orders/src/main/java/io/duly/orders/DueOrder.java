package io.duly.orders;

import org.jspecify.annotations.Nullable;

/**
 * A due order and where in the topic it was read.
 *
 * @param assignment the number of its partition's assignment under which it was read
 * @param traceparent the trace that its record told; null where it told none
 */
public record DueOrder(
    String orderId,
    long runId,
    int partition,
    long offset,
    long assignment,
    @Nullable String traceparent) {
  /** A due order of the first assignment, whose record told no trace. */
  public DueOrder(String orderId, long runId, int partition, long offset) {
    this(orderId, runId, partition, offset, 1, null);
  }
}
