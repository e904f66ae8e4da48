package io.duly.orders;

/** A due order and where in the topic it was read. */
public record DueOrder(String orderId, long runId, int partition, long offset) {}
