package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a request is answered with: a status and a JSON document. */
record Reply(int status, JsonNode body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Reply ok(JsonNode body) {
    return new Reply(200, body);
  }

  /** Says what was done. */
  static Reply done(String what) {
    return new Reply(200, JSON.createObjectNode().put("done", what));
  }

  /** Says why it was not. */
  static Reply refused(int status, String why) {
    return new Reply(status, JSON.createObjectNode().put("error", why));
  }
}
