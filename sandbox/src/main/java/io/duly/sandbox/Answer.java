package io.duly.sandbox;

/**
 * An answer of the sample API.
 *
 * @param status the HTTP status
 * @param body a JSON object
 */
record Answer(int status, String body) {
  /** The answer to an execution, with the number of its effect's line in the ledger. */
  static Answer completed(String order, long effect) {
    StringBuilder json = new StringBuilder("{\"status\":\"completed\",\"reference\":\"");
    return of(200, json.append(reference(effect)).append("\",\"order\":"), order);
  }

  static Answer declined(String order) {
    String json = "{\"status\":\"declined\",\"reason\":\"card declined\",\"order\":";
    return of(402, new StringBuilder(json), order);
  }

  /** An answer that says why there was no execution. */
  static Answer refused(int status, String name, String reason) {
    StringBuilder json = new StringBuilder("{\"status\":\"").append(name);
    return of(status, json.append("\",\"reason\":"), reason);
  }

  /** The answer to a lookup; {@code rest} is what follows the order's id. */
  static Answer found(String order, String rest) {
    StringBuilder json = JsonText.quote(new StringBuilder("{\"order\":"), order);
    return new Answer(200, json.append(rest).append('}').toString());
  }

  static String reference(long effect) {
    return "ref-" + effect;
  }

  boolean asksToWait() {
    return status == 409 || status == 429;
  }

  private static Answer of(int status, StringBuilder json, String last) {
    return new Answer(status, JsonText.quote(json, last).append('}').toString());
  }
}
