package io.duly.reconciler;

import io.duly.orders.LogMessage;
import io.duly.orders.OrdersTable;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Reads Debezium's records: an update of the orders table, or a logical message of Duly; all else
 * is left out. Thread-safe.
 */
final class ChangeDecoder {
  private final String id;
  private final String status;

  ChangeDecoder(OrdersTable table) {
    this.id = table.id().replace("\"", "");
    this.status = table.status().replace("\"", "");
  }

  Optional<Change> decode(SourceRecord record) {
    if (!(record.value() instanceof Struct value) || value.schema().field("op") == null) {
      return Optional.empty();
    }
    long transaction = value.getStruct("source").getInt64("txId");
    return switch (value.getString("op")) {
      case "m" ->
          Optional.of(
              new Change.Said(transaction, LogMessage.parse(content(value.getStruct("message")))));
      case "u" -> {
        Struct after = value.getStruct("after");
        yield Optional.of(
            new Change.Row(
                transaction, String.valueOf(after.get(id)), String.valueOf(after.get(status))));
      }
      default -> Optional.empty();
    };
  }

  private static byte[] content(Struct message) {
    Object content = message.get("content");
    if (content instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return (byte[]) content;
  }
}
