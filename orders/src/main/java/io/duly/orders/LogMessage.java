package io.duly.orders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each transaction of Duly says of itself in the write-ahead log, after its row changes:
 * {@code {"kind":"RECORD","entries":[[order, attempt, transition, outcome, moved, run],…]}}.
 */
public record LogMessage(Kind kind, List<Entry> entries) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the transaction did. */
  public enum Kind {
    /** Orders were claimed, or refused by the claim's guard. */
    CLAIM,
    /** Attempts were closed or settled. */
    RECORD,
    /** A person decided that orders are sent again. */
    DECISION,
    /** Orders are to be published again; the publication follows from reading this. */
    DUE
  }

  /**
   * One order of the transaction.
   *
   * @param outcome null while the attempt is open
   * @param moved whether the status column was written
   */
  public record Entry(
      String orderId,
      int attempt,
      int transition,
      @Nullable Outcome outcome,
      boolean moved,
      long runId) {}

  public LogMessage {
    entries = List.copyOf(entries);
  }

  /** Reads a message's bytes; throws UncheckedIOException where they are no message of Duly. */
  public static LogMessage parse(byte[] bytes) {
    try {
      JsonNode root = JSON.readTree(bytes);
      List<Entry> entries = new ArrayList<>();
      for (JsonNode each : root.path("entries")) {
        entries.add(entry(each));
      }
      return new LogMessage(Kind.valueOf(root.path("kind").asText()), entries);
    } catch (IllegalArgumentException e) {
      throw new UncheckedIOException(
          "a logical message of Duly is unreadable", new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw new UncheckedIOException("a logical message of Duly is unreadable", e);
    }
  }

  private static Entry entry(JsonNode node) {
    JsonNode outcome = node.path(3);
    return new Entry(
        node.path(0).asText(),
        node.path(1).asInt(),
        node.path(2).asInt(),
        outcome.isTextual() ? Outcome.valueOf(outcome.asText()) : null,
        node.path(4).asBoolean(),
        node.path(5).asLong());
  }
}
