package io.duly.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Rows as the database itself writes them in JSON: a column's name is the key. Thread-safe. */
public final class JsonRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Jdbi jdbi;

  public JsonRows(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The rows of {@code sql} with its parameters. */
  public ArrayNode read(String sql, Map<String, ? extends @Nullable Object> parameters) {
    ArrayNode rows = JSON.createArrayNode();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT row_to_json(q)::text FROM (" + sql + ") q")
                .bindMap(parameters)
                .mapTo(String.class)
                .forEach(each -> rows.add(parse(each))));
    return rows;
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database wrote no JSON", e);
    }
  }
}
