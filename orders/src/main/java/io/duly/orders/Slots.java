package io.duly.orders;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/** The server's replication slots. Thread-safe. */
public final class Slots {
  /** A server older than PostgreSQL 17 has no invalidation_reason. */
  private static final String FIND =
      """
      SELECT coalesce(s.plugin, '') AS plugin, coalesce(s.database, '') AS database, s.active_pid, coalesce(s.wal_status, '') AS wal_status,
        to_jsonb(s) ->> 'invalidation_reason' AS invalidation, s.confirmed_flush_lsn - '0/0'::pg_lsn AS confirmed,
        coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn), 0) AS retained, s.safe_wal_size
      FROM pg_replication_slots s WHERE s.slot_name = :name
      """;

  private static final String MAKE =
      "SELECT pg_create_logical_replication_slot(:name, 'pgoutput')::text";
  private static final String DROP =
      "SELECT pg_drop_replication_slot(slot_name)::text FROM pg_replication_slots WHERE slot_name = :name";

  private final Jdbi jdbi;

  public Slots(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The slot of that name. */
  public Optional<SlotState> find(String name) {
    return jdbi.withHandle(
        handle -> handle.createQuery(FIND).bind("name", name).map(Slots::state).findOne());
  }

  private static SlotState state(ResultSet row, StatementContext context) throws SQLException {
    return new SlotState(
        row.getString("plugin"),
        row.getString("database"),
        row.getObject("active_pid", Integer.class),
        row.getString("wal_status"),
        row.getString("invalidation"),
        row.getObject("confirmed") == null ? null : row.getLong("confirmed"),
        row.getLong("retained"),
        row.getObject("safe_wal_size", Long.class));
  }

  /** Makes a slot that shows what is committed from now on. */
  public void make(String name) {
    ask(MAKE, name);
  }

  /** Drops the slot if it is there; fails where somebody reads it. */
  public void drop(String name) {
    ask(DROP, name);
  }

  private void ask(String sql, String name) {
    jdbi.useHandle(handle -> handle.createQuery(sql).bind("name", name).mapTo(String.class).list());
  }
}
