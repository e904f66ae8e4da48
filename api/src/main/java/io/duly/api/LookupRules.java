package io.duly.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.duly.runtime.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what a lookup's answer means; what nothing names settles nothing. Immutable. */
final class LookupRules {
  private final StatusCodes answered;
  private final StatusCodes absent;
  private final JsonPointer pointer;
  private final List<String> executed;
  private final List<String> notExecuted;
  private final AnswerRule refused;
  private final JsonPointer reference;
  private final Redaction redaction;

  LookupRules(Settings settings) {
    this.answered = new StatusCodes(settings.text("api.lookup-status"));
    this.absent = new StatusCodes(settings.text("api.lookup-not-executed-status"));
    this.pointer = JsonPointer.compile(settings.text("api.lookup-pointer"));
    this.executed = settings.list("api.lookup-executed-values");
    this.notExecuted = settings.list("api.lookup-not-executed-values");
    this.refused =
        new AnswerRule(
            answered,
            settings.text("api.lookup-refused-pointer"),
            settings.list("api.lookup-refused-values"));
    this.reference = JsonPointer.compile(settings.text("api.lookup-reference-pointer"));
    this.redaction = new Redaction(settings.list("api.redact"));
  }

  LookupAnswer decide(int status, String body) {
    if (absent.contains(status)) {
      return new LookupAnswer.NotExecuted();
    }
    if (!answered.contains(status)) {
      return new LookupAnswer.Unknown("HTTP " + status);
    }
    JsonNode json = StrictJson.read(body);
    if (json == null) {
      return new LookupAnswer.Unknown("an answer that is no JSON");
    }
    return decide(json);
  }

  /** The same for a part of an answer that speaks of one order. */
  LookupAnswer decide(JsonNode json) {
    JsonNode found = json.at(pointer);
    if (found.isMissingNode()) {
      return new LookupAnswer.Unknown("an answer with nothing at " + pointer);
    }
    String said = StrictJson.text(found);
    if (executed.contains(said)) {
      boolean isRefused = refused.readsBody() && refused.mismatch(json) == null;
      return new LookupAnswer.Executed(isRefused, reference(json));
    }
    return notExecuted.contains(said)
        ? new LookupAnswer.NotExecuted()
        : new LookupAnswer.Unknown("an answer with no known value at " + pointer);
  }

  private @Nullable String reference(JsonNode json) {
    JsonNode found = redaction.of(json).at(reference);
    return found.isValueNode() && !found.isNull() ? found.asText() : null;
  }
}
