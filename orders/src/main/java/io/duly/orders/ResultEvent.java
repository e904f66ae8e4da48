package io.duly.orders;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.orders.AttemptResult.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic of results, keyed by the order id: an attempt took an outcome. Identified
 * by (order, attempt, transition); a doubt that is settled later is a second transition of its
 * attempt. The attempt's token tells it from another attempt of the same number, which a database
 * that forgot the first may have opened.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResultEvent(
    @JsonProperty("order") String orderId,
    int attempt,
    int transition,
    @Nullable UUID token,
    Outcome outcome,
    @JsonProperty("run") long runId,
    @JsonProperty("http_status") @Nullable Integer httpStatus,
    @Nullable String reason,
    @Nullable String reference,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> fields) {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public ResultEvent {
    Objects.requireNonNull(orderId, "order");
    Objects.requireNonNull(outcome, "outcome");
    Answer answer = new Answer(httpStatus, reason, reference, fields == null ? Map.of() : fields);
    reason = answer.reason();
    reference = answer.reference();
    fields = answer.fields();
  }

  /**
   * Whether an attempt on an order with such ids can have it. One that cannot is not Duly's, and
   * would have each statement refused that it is part of.
   */
  public boolean isPossible(IdType idType) {
    return idType.isValid(orderId)
        && attempt > 0
        && transition >= 0
        && transition <= Short.MAX_VALUE
        && runId > 0;
  }

  /** The event that an attempt's result makes. */
  public static ResultEvent of(Recorded recorded, AttemptResult result) {
    Answer answer = result.answer();
    return new ResultEvent(
        recorded.orderId(),
        recorded.attempt(),
        recorded.transition(),
        result.token(),
        result.outcome(),
        recorded.runId(),
        answer.httpStatus(),
        answer.reason(),
        answer.reference(),
        answer.fields());
  }

  public byte[] key() {
    return orderId.getBytes(StandardCharsets.UTF_8);
  }

  /** The event as JSON. */
  public byte[] value() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("event of order " + orderId + " cannot be written", e);
    }
  }

  /** Reads an event; empty where the bytes are none. */
  public static Optional<ResultEvent> parse(byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(JSON.readValue(value, ResultEvent.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
