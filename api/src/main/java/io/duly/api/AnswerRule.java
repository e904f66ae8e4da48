package io.duly.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the user's: status codes and, where a pointer is set, the values that the body may have
 * there (none listed: any). Immutable.
 */
final class AnswerRule {
  private final StatusCodes codes;
  private final JsonPointer pointer;
  private final List<String> values;

  AnswerRule(StatusCodes codes, String pointer, List<String> values) {
    this.codes = codes;
    this.pointer = JsonPointer.compile(pointer);
    this.values = List.copyOf(values);
  }

  /** The rule of the settings {@code name}-status, {@code name}-pointer and {@code name}-values. */
  static AnswerRule of(Settings settings, String name) {
    String status = settings.text(name + "-status");
    String pointer = settings.text(name + "-pointer");
    List<String> values = settings.list(name + "-values");
    if (pointer.isEmpty() && !values.isEmpty()) {
      throw new UserError("setting " + name + "-values needs " + name + "-pointer");
    }
    if (status.isBlank() && !pointer.isEmpty()) {
      throw new UserError("setting " + name + "-pointer needs " + name + "-status");
    }
    return new AnswerRule(new StatusCodes(status), pointer, values);
  }

  /** Whether the rule speaks of {@code status} at all. */
  boolean names(int status) {
    return codes.contains(status);
  }

  /** Whether it looks into the body. */
  boolean readsBody() {
    return !pointer.toString().isEmpty();
  }

  boolean holds(int status, @Nullable JsonNode json) {
    return names(status) && mismatch(json) == null;
  }

  /** Why the body does not fit; null where it does. */
  @Nullable String mismatch(@Nullable JsonNode json) {
    if (!readsBody()) {
      return null;
    }
    if (json == null) {
      return "the body is no JSON";
    }
    JsonNode found = json.at(pointer);
    if (found.isMissingNode() || found.isNull()) {
      return "the body has nothing at " + pointer;
    }
    boolean fits = values.isEmpty() || values.contains(StrictJson.text(found));
    return fits ? null : "the body has another value at " + pointer;
  }
}
