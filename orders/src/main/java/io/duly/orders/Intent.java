package io.duly.orders;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic of intents: claims that a worker is about to send, acknowledged by Kafka
 * before the first byte leaves. It is the memory of last resort: a database that forgot the claims
 * learns from it that the orders may have been sent.
 *
 * @param server the start time of the server that made the claims
 * @param lsn where they stand in its log
 */
public record Intent(String worker, String server, String lsn, List<Entry> claims) {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** One claim. */
  public record Entry(
      @JsonProperty("order") String orderId,
      int attempt,
      UUID token,
      @JsonProperty("run") long runId,
      int generation,
      int partition,
      long offset) {
    public Entry {
      Objects.requireNonNull(orderId, "order");
      Objects.requireNonNull(token, "token");
    }

    static Entry of(Claim claim) {
      return new Entry(
          claim.orderId(),
          claim.attempt(),
          claim.token(),
          claim.due().runId(),
          claim.generation(),
          claim.due().partition(),
          claim.due().offset());
    }
  }

  public Intent {
    Objects.requireNonNull(worker, "worker");
    claims = List.copyOf(claims);
  }

  /** The intent of {@code worker} to send {@code claims}, which stand at {@code point}. */
  public static Intent of(String worker, ServerPoint point, List<Claim> claims) {
    return new Intent(
        worker,
        point.startedAt().toInstant().toString(),
        point.lsn(),
        claims.stream().map(Entry::of).toList());
  }

  /** The intent as JSON. */
  public byte[] value() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an intent cannot be written", e);
    }
  }

  /** Reads an intent; throws UncheckedIOException where the bytes are none. */
  public static Intent parse(byte @Nullable [] value) {
    try {
      Intent intent = value == null ? null : JSON.readValue(value, Intent.class);
      if (intent == null) {
        throw new IOException("it is empty");
      }
      return intent;
    } catch (IOException e) {
      throw new UncheckedIOException("a record of the topic of intents is unreadable", e);
    }
  }
}
