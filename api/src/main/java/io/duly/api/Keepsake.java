package io.duly.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.duly.runtime.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Picks what is kept of an answer: the reference, the chosen fields and a short text, each without
 * what {@code api.redact} names. Immutable.
 */
final class Keepsake {
  private static final int LONGEST_TEXT = 200;

  private final JsonPointer reference;
  private final Map<String, JsonPointer> fields = new LinkedHashMap<>();
  private final Redaction redaction;

  Keepsake(Settings settings) {
    this.reference = JsonPointer.compile(settings.text("api.reference-pointer"));
    this.redaction = new Redaction(settings.list("api.redact"));
    for (String each : settings.list("api.response-fields")) {
      int equals = each.indexOf('=');
      fields.put(
          each.substring(0, equals).trim(), JsonPointer.compile(each.substring(equals + 1).trim()));
    }
  }

  /** The reference; null where there is none. */
  @Nullable String reference(@Nullable JsonNode json) {
    return json == null ? null : scalar(redaction.of(json).at(reference));
  }

  /** The chosen fields that are there. */
  Map<String, String> fields(@Nullable JsonNode json) {
    if (json == null || fields.isEmpty()) {
      return Map.of();
    }
    JsonNode clean = redaction.of(json);
    Map<String, String> kept = new LinkedHashMap<>();
    fields.forEach(
        (name, pointer) -> {
          JsonNode found = clean.at(pointer);
          if (!found.isMissingNode() && !found.isNull()) {
            String text = shortened(StrictJson.text(found));
            kept.put(name, redaction.names(name) ? Redaction.MASK : text);
          }
        });
    return kept;
  }

  /** The beginning of the body. A body that cannot be redacted is left out. */
  String text(String body, @Nullable JsonNode json) {
    if (redaction.isEmpty()) {
      return shortened(body);
    }
    return json == null ? "(left out: no JSON)" : shortened(redaction.of(json).toString());
  }

  private static @Nullable String scalar(JsonNode found) {
    return found.isValueNode() && !found.isNull() ? shortened(found.asText()) : null;
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }
}
