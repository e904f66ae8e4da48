package io.duly.orders;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Reads a row of the table of runs. */
final class RunRow {
  private RunRow() {}

  static Run run(ResultSet row, StatementContext context) throws SQLException {
    return new Run(
        row.getLong("id"),
        row.getString("schedule"),
        row.getObject("fire_time", OffsetDateTime.class).toInstant(),
        Run.State.valueOf(row.getString("state")),
        row.getString("first_id"),
        row.getString("last_id"),
        row.getLong("selected"),
        longs(row.getArray("start_offsets")),
        longs(row.getArray("end_offsets")),
        new Run.Selection(
            row.getObject("cutoff", OffsetDateTime.class).toInstant(),
            row.getString("filter"),
            row.getString("lane")));
  }

  private static List<Long> longs(@Nullable Array array) throws SQLException {
    return array == null ? List.of() : List.of((Long[]) array.getArray());
  }
}
