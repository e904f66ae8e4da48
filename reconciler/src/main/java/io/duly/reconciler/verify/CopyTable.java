package io.duly.reconciler.verify;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Fills a table row by row through COPY; nothing else may use the connection meanwhile. */
final class CopyTable implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final CopyIn copy;
  private final StringBuilder buffer = new StringBuilder();

  private CopyTable(CopyIn copy) {
    this.copy = copy;
  }

  static CopyTable open(Handle handle, String table) {
    try {
      PGConnection connection = handle.getConnection().unwrap(PGConnection.class);
      return new CopyTable(connection.getCopyAPI().copyIn("COPY " + table + " FROM STDIN"));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot copy into " + table, e);
    }
  }

  void add(@Nullable Object... row) {
    for (int i = 0; i < row.length; i++) {
      buffer.append(i == 0 ? "" : "\t");
      append(row[i]);
    }
    buffer.append('\n');
    if (buffer.length() >= BUFFER) {
      flush();
    }
  }

  private void append(@Nullable Object value) {
    if (value == null) {
      buffer.append("\\N");
      return;
    }
    String text = value.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> buffer.append("\\\\");
        case '\t' -> buffer.append("\\t");
        case '\n' -> buffer.append("\\n");
        case '\r' -> buffer.append("\\r");
        case '\0' -> buffer.append(' ');
        default -> buffer.append(c);
      }
    }
  }

  private void flush() {
    byte[] bytes = buffer.toString().getBytes(StandardCharsets.UTF_8);
    buffer.setLength(0);
    try {
      copy.writeToCopy(bytes, 0, bytes.length);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot copy", e);
    }
  }

  /** Ends the copy; the rows are there afterwards. */
  @Override
  public void close() {
    flush();
    try {
      copy.endCopy();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot end a copy", e);
    }
  }
}
