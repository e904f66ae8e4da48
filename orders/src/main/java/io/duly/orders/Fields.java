package io.duly.orders;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The kept fields of an API's answer as the database stores them: a JSON object, null for none. */
final class Fields {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> TYPE = new TypeReference<>() {};

  private Fields() {}

  static @Nullable String write(Map<String, String> fields) {
    try {
      return fields.isEmpty() ? null : JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("fields of an answer cannot be written", e);
    }
  }

  static Map<String, String> parse(@Nullable String json) {
    try {
      return json == null ? Map.of() : JSON.readValue(json, TYPE);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored fields of an answer are unreadable", e);
    }
  }
}
