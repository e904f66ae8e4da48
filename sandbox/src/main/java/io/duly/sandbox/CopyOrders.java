package io.duly.sandbox;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Loads orders through COPY. */
final class CopyOrders {
  private static final int BUFFER = 1 << 16;

  private final Connection connection;
  private final String statement;

  CopyOrders(Connection connection, TableName table) {
    this.connection = connection;
    this.statement =
        """
        COPY %s (id, customer, total_price, priority, clerk, order_date) FROM STDIN
        """
            .formatted(table.quoted());
  }

  /** Loads up to {@code limit} of the rows in one COPY and gives their number. */
  long copy(Iterator<OrderRow> rows, long limit) throws SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
    try {
      StringBuilder lines = new StringBuilder(BUFFER + 1024);
      for (long i = 0; i < limit && rows.hasNext(); i++) {
        rows.next().appendTo(lines);
        if (lines.length() >= BUFFER) {
          flush(copy, lines);
        }
      }
      flush(copy, lines);
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void flush(CopyIn copy, StringBuilder lines) throws SQLException {
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    lines.setLength(0);
  }
}
