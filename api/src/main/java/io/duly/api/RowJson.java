package io.duly.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as PostgreSQL writes it in JSON. Each column keeps the very text that it has there: numbers
 * of any length, fields that a {@code json} column has twice, any depth. Immutable.
 */
final class RowJson {
  /** Limits are for what strangers send. Names are not interned, as they are the orders' own. */
  private static final JsonFactory UNLIMITED =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final Map<String, String> columns = new HashMap<>();

  /** Throws IllegalArgumentException, which tells nothing of {@code row}, where it is no object. */
  RowJson(String row) {
    try (JsonParser json = UNLIMITED.createParser(row)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("its columns are no JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        columns.put(json.currentName(), value(json, row));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("its columns are no JSON", e);
    }
  }

  private static String value(JsonParser json, String row) throws IOException {
    json.nextToken();
    int begin = (int) json.currentTokenLocation().getCharOffset();
    json.skipChildren();
    json.finishToken();
    return row.substring(begin, (int) json.currentLocation().getCharOffset());
  }

  /** The column as it is; null where there is none. */
  @Nullable JsonNode value(String column) {
    String raw = columns.get(column);
    if (raw == null || raw.equals("null")) {
      return raw == null ? null : NullNode.getInstance();
    }
    return isText(raw)
        ? TextNode.valueOf(unquoted(raw))
        : JsonNodeFactory.instance.rawValueNode(new RawValue(raw));
  }

  /** The column as text, null as nothing; null where there is no such column. */
  @Nullable String text(String column) {
    String raw = columns.get(column);
    if (raw == null || raw.equals("null")) {
      return raw == null ? null : "";
    }
    return isText(raw) ? unquoted(raw) : raw;
  }

  private static boolean isText(String raw) {
    return raw.startsWith("\"");
  }

  private static String unquoted(String raw) {
    try (JsonParser json = UNLIMITED.createParser(raw)) {
      json.nextToken();
      return json.getText();
    } catch (IOException e) {
      throw new IllegalStateException("a text of a row that was read before cannot be read", e);
    }
  }
}
