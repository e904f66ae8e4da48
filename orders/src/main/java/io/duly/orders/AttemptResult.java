package io.duly.orders;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended, as its worker or a lookup saw it.
 *
 * @param calls requests sent for the attempt
 * @param answer the API's answer as far as there was one
 * @param retryAfter wait before the next attempt, for outcomes that put the order back
 */
public record AttemptResult(
    String orderId,
    int attempt,
    UUID token,
    Outcome outcome,
    int calls,
    Answer answer,
    Duration retryAfter) {

  /**
   * What the API said; {@code fields} are those of its answer that the settings name. A character
   * that cannot be stored is replaced.
   */
  public record Answer(
      @Nullable Integer httpStatus,
      @Nullable String reason,
      @Nullable String reference,
      Map<String, String> fields) {
    public static final Answer NONE = new Answer(null, null, null);

    public Answer {
      reason = reason == null ? null : StorableText.of(reason);
      reference = reference == null ? null : StorableText.of(reference);
      fields =
          fields.entrySet().stream()
              .collect(
                  Collectors.toUnmodifiableMap(
                      each -> StorableText.of(each.getKey()),
                      each -> StorableText.of(each.getValue()),
                      (first, second) -> first));
    }

    public Answer(
        @Nullable Integer httpStatus, @Nullable String reason, @Nullable String reference) {
      this(httpStatus, reason, reference, Map.of());
    }

    public static Answer because(String reason) {
      return new Answer(null, reason, null);
    }
  }

  /** An attempt that is given back unsent. */
  public static AttemptResult released(String orderId, int attempt, UUID token) {
    return new AttemptResult(
        orderId,
        attempt,
        token,
        Outcome.RELEASED,
        0,
        Answer.because("released unsent"),
        Duration.ZERO);
  }
}
