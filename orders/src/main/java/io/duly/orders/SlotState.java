package io.duly.orders;

import org.jspecify.annotations.Nullable;

/**
 * A replication slot as the server shows it.
 *
 * @param plugin empty for a physical slot
 * @param holder process that reads it now
 * @param walStatus reserved, extended, unreserved or lost
 * @param invalidation why the server has given it up (PostgreSQL 17 or newer)
 * @param confirmed position up to which its reader has confirmed; null where it is of no use any
 *     more
 * @param retained bytes of log that it keeps on the server's disk
 * @param safe bytes that may be written before the server gives it up; null where there is no bound
 */
public record SlotState(
    String plugin,
    String database,
    @Nullable Integer holder,
    String walStatus,
    @Nullable String invalidation,
    @Nullable Long confirmed,
    long retained,
    @Nullable Long safe) {
  /** Whether the log that it needs is gone, so that nothing more can be read from it. */
  public boolean isLost() {
    return walStatus.equals("lost") || invalidation != null || confirmed == null;
  }
}
