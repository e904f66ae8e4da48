package io.duly.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an HTTP answer means. What no rule names is ambiguous, never failure. Thread-safe.
 */
final class AnswerRules {
  private static final int LONGEST_TEXT = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StatusCodes success;
  private final StatusCodes failure;
  private final JsonPointer reference;
  private final boolean honoursKey;
  private final InstantSource time;

  AnswerRules(Settings settings, InstantSource time) {
    this.success = new StatusCodes(settings.text("api.success-status"));
    this.failure = new StatusCodes(settings.text("api.failure-status"));
    this.reference = JsonPointer.compile(settings.text("api.reference-pointer"));
    this.honoursKey = settings.text("api.contract").equals("idempotent");
    this.time = time;
  }

  /** The meaning of an answer with {@code status}, the header Retry-After and {@code body}. */
  ApiAnswer decide(int status, @Nullable String retryAfter, String body) {
    if (success.contains(status)) {
      return new ApiAnswer.Executed(status, reference(body));
    }
    if (failure.contains(status)) {
      return new ApiAnswer.Refused(status, "refused: " + shortened(body), reference(body));
    }
    Optional<Duration> wait = RetryAfter.parse(retryAfter, time.instant());
    return switch (status) {
      case 429 ->
          new ApiAnswer.NotExecuted(
              status, "too many requests", wait.orElse(Duration.ofSeconds(1)));
      case 503 ->
          wait.isPresent()
              ? new ApiAnswer.NotExecuted(status, "service unavailable", wait.get())
              : new ApiAnswer.Ambiguous(status, "HTTP 503", Duration.ZERO);
      case 401, 403, 404, 405, 407, 421 -> new ApiAnswer.Misconfigured(status, "HTTP " + status);
      case 422 ->
          honoursKey
              ? new ApiAnswer.KeyReused(status, "key reused with another payload")
              : new ApiAnswer.Ambiguous(status, "HTTP 422", Duration.ZERO);
      default -> new ApiAnswer.Ambiguous(status, "HTTP " + status, wait.orElse(Duration.ZERO));
    };
  }

  private @Nullable String reference(String body) {
    try {
      JsonNode found = JSON.readTree(body).at(reference);
      return found.isValueNode() && !found.isNull() ? shortened(found.asText()) : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }
}
