package io.duly.api;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a status means where no rule of the user's speaks. Thread-safe. */
final class StatusClasses {
  /** How long to wait where the API asks to wait and does not say how long. */
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final boolean honoursKey;
  private final InstantSource time;

  StatusClasses(boolean honoursKey, InstantSource time) {
    this.honoursKey = honoursKey;
    this.time = time;
  }

  ApiAnswer decide(int status, @Nullable String retryAfter) {
    Optional<Duration> wait = RetryAfter.parse(retryAfter, time.instant());
    return switch (status) {
      case 429 -> new ApiAnswer.NotExecuted(status, "too many requests", wait.orElse(WAIT));
      case 503 ->
          wait.isPresent()
              ? new ApiAnswer.NotExecuted(status, "service unavailable", wait.get())
              : new ApiAnswer.Ambiguous(status, "HTTP 503", Duration.ZERO);
      case 401, 407 -> new ApiAnswer.Misconfigured(status, "HTTP " + status);
      case 403, 404, 405, 421 -> new ApiAnswer.TurnedAway(status, "HTTP " + status);
      case 409 ->
          new ApiAnswer.Ambiguous(
              status, "HTTP 409: an earlier request is in progress", wait.orElse(WAIT));
      case 422 ->
          honoursKey
              ? new ApiAnswer.KeyReused(status, "key reused with another payload")
              : new ApiAnswer.Ambiguous(status, "HTTP 422", Duration.ZERO);
      case 300, 301, 302, 303, 305, 307, 308 ->
          new ApiAnswer.Ambiguous(
              status, "HTTP " + status + ": a redirect is not followed", Duration.ZERO);
      default -> new ApiAnswer.Ambiguous(status, "HTTP " + status, wait.orElse(Duration.ZERO));
    };
  }
}
