package io.duly.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an HTTP answer means: first by the user's rules, then by the status. What nothing
 * names is ambiguous, never failure. Thread-safe.
 */
final class AnswerRules {
  private final AnswerRule success;
  private final AnswerRule failure;
  private final Keepsake keepsake;
  private final StatusClasses classes;

  AnswerRules(Settings settings, InstantSource time) {
    this.success = AnswerRule.of(settings, "api.success");
    this.failure = AnswerRule.of(settings, "api.failure");
    this.keepsake = new Keepsake(settings);
    this.classes = new StatusClasses(settings.text("api.contract").equals("idempotent"), time);
    if (!success.readsBody() && !failure.readsBody()) {
      IntStream.range(100, 1000)
          .filter(status -> success.names(status) && failure.names(status))
          .findFirst()
          .ifPresent(AnswerRules::refuseBoth);
    }
  }

  private static void refuseBoth(int status) {
    throw new UserError(
        "status " + status + " is both in api.success-status and in api.failure-status");
  }

  /** The meaning of an answer with {@code status}, the header Retry-After and {@code body}. */
  ApiAnswer decide(int status, @Nullable String retryAfter, String body) {
    JsonNode json = StrictJson.read(body);
    boolean executed = success.holds(status, json);
    boolean refused = failure.holds(status, json);
    if (executed && refused && success.readsBody() == failure.readsBody()) {
      return ambiguous(status, "both the success rule and the failure rule hold");
    }
    if (executed && failure.names(status) && failure.readsBody() && json == null) {
      return ambiguous(status, "the body is no JSON");
    }
    if (refused && (!executed || failure.readsBody())) {
      String reason = "refused: " + keepsake.text(body, json);
      return new ApiAnswer.Refused(status, reason, keepsake.reference(json), keepsake.fields(json));
    }
    if (executed) {
      return new ApiAnswer.Executed(status, keepsake.reference(json), keepsake.fields(json));
    }
    String mismatch = success.names(status) ? success.mismatch(json) : null;
    return mismatch == null ? classes.decide(status, retryAfter) : ambiguous(status, mismatch);
  }

  private static ApiAnswer ambiguous(int status, String reason) {
    return new ApiAnswer.Ambiguous(status, "HTTP " + status + ": " + reason, Duration.ZERO);
  }
}
