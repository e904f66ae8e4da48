package io.duly.orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * A heartbeat of the reconciler in the write-ahead log.
 *
 * @param sentNanos System.nanoTime() of the sender, of use to nobody else
 */
public record LogBeat(UUID sender, long sentNanos) {
  private static final String SUFFIX = "-beat";
  private static final String EMIT =
      "SELECT pg_logical_emit_message(true, :prefix, :content::text)::text";

  /** The prefix of its messages beside that of what transactions say, which is {@code name}. */
  public static String prefix(String name) {
    return name + SUFFIX;
  }

  /** Reads a message's bytes; throws UncheckedIOException where they are no heartbeat. */
  public static LogBeat parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = Math.max(0, text.indexOf(' '));
    try {
      return new LogBeat(
          UUID.fromString(text.substring(0, end)), Long.parseLong(text.substring(end).strip()));
    } catch (IllegalArgumentException e) {
      throw new UncheckedIOException(
          "a heartbeat of Duly is unreadable", new IOException(e.getMessage(), e));
    }
  }

  /** Writes heartbeats, each in a transaction of its own that is on disk at once. Thread-safe. */
  public static final class Emitter {
    private final Jdbi jdbi;
    private final String prefix;

    public Emitter(Jdbi jdbi, String name) {
      this.jdbi = jdbi;
      this.prefix = prefix(name);
    }

    public void emit(LogBeat beat) {
      String unused =
          jdbi.withHandle(
              handle ->
                  handle
                      .createQuery(EMIT)
                      .bind("prefix", prefix)
                      .bind("content", beat.sender() + " " + beat.sentNanos())
                      .mapTo(String.class)
                      .one());
    }
  }
}
