package io.duly.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Decides what a lookup's answer means: status 200 with {@code execution} executed, not_executed or
 * in_progress, and for an execution its {@code status} (declined: refused for good) and {@code
 * reference}.
 */
final class LookupRules {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LookupRules() {}

  static LookupAnswer decide(int status, String body) {
    if (status != 200) {
      return new LookupAnswer.Unknown("HTTP " + status);
    }
    try {
      JsonNode answer = JSON.readTree(body);
      return switch (answer.path("execution").asText()) {
        case "executed" ->
            new LookupAnswer.Executed(
                answer.path("status").asText().equals("declined"),
                answer.path("reference").asText(null));
        case "not_executed" -> new LookupAnswer.NotExecuted();
        case "in_progress" -> new LookupAnswer.Unknown("in progress");
        default -> new LookupAnswer.Unknown("an answer without the field execution");
      };
    } catch (JsonProcessingException e) {
      return new LookupAnswer.Unknown("an answer that is no JSON");
    }
  }
}
