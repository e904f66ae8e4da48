package io.duly.orders;

import java.time.OffsetDateTime;

/**
 * A point in the write-ahead log of one server process.
 *
 * @param startedAt when the process was started, see {@link Incarnations}
 * @param lsn as PostgreSQL writes it, for example 0/16B3748
 */
public record ServerPoint(OffsetDateTime startedAt, String lsn) {}
