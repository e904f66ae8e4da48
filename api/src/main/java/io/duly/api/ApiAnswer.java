package io.duly.api;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call says of an order. */
public sealed interface ApiAnswer {
  /** The API's HTTP status, null where there was none. */
  @Nullable Integer httpStatus();

  /** Why, in words; null where the answer speaks for itself. */
  @Nullable String reason();

  /**
   * The API executed the order; {@code reference} is its own name for that, {@code fields} is what
   * {@code api.response-fields} keeps of the answer.
   */
  record Executed(Integer httpStatus, @Nullable String reference, Map<String, String> fields)
      implements ApiAnswer {
    public Executed {
      fields = Map.copyOf(fields);
    }

    @Override
    public @Nullable String reason() {
      return null;
    }
  }

  /** The API refused the order for good; reference and fields as in {@link Executed}. */
  record Refused(
      Integer httpStatus, String reason, @Nullable String reference, Map<String, String> fields)
      implements ApiAnswer {
    public Refused {
      fields = Map.copyOf(fields);
    }
  }

  /**
   * It is certain that this call did not execute the order: no byte left, or the API said so and
   * asks to wait.
   */
  record NotExecuted(@Nullable Integer httpStatus, String reason, Duration pause)
      implements ApiAnswer {}

  /** The caller's own rule kept the request from being sent. */
  record Withheld(String reason) implements ApiAnswer {
    @Override
    public @Nullable Integer httpStatus() {
      return null;
    }
  }

  /**
   * As {@link NotExecuted}, and because of the order or of the settings: only how others fare
   * tells. The status is null where no request can be made of the order, and none left.
   */
  record TurnedAway(@Nullable Integer httpStatus, String reason) implements ApiAnswer {}

  /**
   * As {@link NotExecuted}, and every other order would fare the same: something is set up wrongly.
   * The status is null where no request left.
   */
  record Misconfigured(@Nullable Integer httpStatus, String reason) implements ApiAnswer {}

  /** The API knows the key with another payload: a person must look. */
  record KeyReused(Integer httpStatus, String reason) implements ApiAnswer {}

  /** The request was sent or may have been sent, and whether it was executed is unknown. */
  record Ambiguous(@Nullable Integer httpStatus, String reason, Duration pause)
      implements ApiAnswer {}
}
