package io.duly.orders;

/**
 * An attempt that a record has closed or settled: how often it has taken a result, and for which
 * run.
 */
public record Recorded(String orderId, int attempt, int transition, long runId) {}
