package io.duly.reconciler;

import io.duly.runtime.Settings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/** Somebody else who reads the slot and confirms nothing. */
final class SlotHolder implements AutoCloseable {
  private final Connection connection;
  private final PGReplicationStream stream;

  private SlotHolder(Connection connection, PGReplicationStream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  static SlotHolder hold(Settings settings, String slot) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "15");
    Connection connection = DriverManager.getConnection(settings.text("database.url"), properties);
    PGReplicationStream stream =
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .logical()
            .withSlotName(slot)
            .withSlotOption("proto_version", 1)
            .withSlotOption("publication_names", slot)
            .start();
    return new SlotHolder(connection, stream);
  }

  @Override
  public void close() throws SQLException {
    if (!connection.isClosed()) {
      stream.close();
      connection.close();
    }
  }
}
