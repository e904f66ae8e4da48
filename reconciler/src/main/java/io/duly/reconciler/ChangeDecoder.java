package io.duly.reconciler;

import io.duly.orders.IdType;
import io.duly.orders.LogBeat;
import io.duly.orders.LogMessage;
import io.duly.orders.OrdersTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Debezium's records: an update of the orders table, a logical message of Duly or a
 * heartbeat; all else is left out, and so is what bears Duly's prefix and is not Duly's: anybody on
 * the server may write it, and the feed would end at it again and again. Thread-safe.
 */
final class ChangeDecoder {
  private static final Logger log = LoggerFactory.getLogger(ChangeDecoder.class);

  private final IdType idType;
  private final String id;
  private final String status;
  private final String prefix;

  /** Takes messages under {@code prefix} and its heartbeats, and leaves all others. */
  ChangeDecoder(OrdersTable table, String prefix) {
    this.prefix = prefix;
    this.idType = table.idType();
    this.id = table.id().replace("\"", "");
    this.status = table.status().replace("\"", "");
  }

  Optional<Change> decode(SourceRecord record) {
    if (!(record.value() instanceof Struct value) || value.schema().field("op") == null) {
      return Optional.empty();
    }
    Struct source = value.getStruct("source");
    return switch (value.getString("op")) {
      case "m" -> message(source.getInt64("txId"), value.getStruct("message"));
      case "u" -> Optional.of(row(source, value.getStruct("after")));
      default -> Optional.empty();
    };
  }

  private Change row(Struct source, Struct after) {
    return new Change.Row(
        source.getInt64("txId"),
        String.valueOf(after.get(id)),
        String.valueOf(after.get(status)),
        Instant.ofEpochMilli(source.getInt64("ts_ms")));
  }

  /** The position that Debezium gives to the slot for {@code record}, if it has one. */
  Optional<Long> position(SourceRecord record) {
    Object commit = record.sourceOffset().get("lsn_commit");
    Object position = commit != null ? commit : record.sourceOffset().get("lsn_proc");
    return position instanceof Long lsn ? Optional.of(lsn) : Optional.empty();
  }

  /**
   * Debezium lets messages pass whose prefix only begins with ours, and those outside of any
   * transaction, which it gives none.
   */
  private Optional<Change> message(@Nullable Long transaction, Struct message) {
    String given = message.getString("prefix");
    if (!given.equals(prefix) && !given.equals(LogBeat.prefix(prefix))) {
      return Optional.empty();
    }
    try {
      return Optional.of(ours(transaction, given, content(message)));
    } catch (UncheckedIOException e) {
      log.error(
          "A logical message under Duly's prefix is not Duly's and is left out transaction={} reason={}",
          transaction,
          String.valueOf(e.getCause()));
      return Optional.empty();
    }
  }

  private Change ours(@Nullable Long transaction, String given, byte[] content) {
    if (transaction == null) {
      throw new UncheckedIOException(new IOException("it belongs to no transaction"));
    }
    return given.equals(prefix)
        ? new Change.Said(transaction, said(content))
        : new Change.Beat(transaction, LogBeat.parse(content));
  }

  private LogMessage said(byte[] content) {
    LogMessage message = LogMessage.parse(content);
    for (LogMessage.Entry each : message.entries()) {
      if (!idType.isValid(each.orderId())) {
        throw new UncheckedIOException(new IOException(each.orderId() + " is no order's id"));
      }
    }
    return message;
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
