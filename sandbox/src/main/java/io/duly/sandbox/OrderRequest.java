package io.duly.sandbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** What the sample API needs to know of a request's body. */
final class OrderRequest {
  private static final JsonFactory JSON = new JsonFactory();

  private OrderRequest() {}

  /**
   * The field {@code id} of the body's only JSON object, a string or a number.
   *
   * @throws IOException with the reason to tell the caller
   */
  static String orderId(byte[] body) throws IOException {
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the body must be a JSON object");
      }
      String id = "";
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        id = name.equals("id") && isIdentifier(value) ? json.getText() : id;
        json.skipChildren();
      }
      if (json.nextToken() != null) {
        throw new IOException("the body must be one JSON object and nothing else");
      }
      if (id.isEmpty()) {
        throw new IOException("field id must be a string or a number");
      }
      return id;
    }
  }

  private static boolean isIdentifier(JsonToken value) {
    return value == JsonToken.VALUE_STRING || value.isNumeric();
  }
}
