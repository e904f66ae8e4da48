package io.duly.orders;

import java.time.Instant;

/**
 * The write-ahead log may have shown less than has happened up to {@code at}; only a sweep over the
 * tables makes up for it.
 */
public record Gap(String reason, Instant at) {}
