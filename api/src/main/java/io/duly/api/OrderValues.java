package io.duly.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.duly.runtime.UserError;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What templates may take of an order: {@code id}, {@code key} (the idempotency key) and the
 * columns of its JSON. One thread.
 */
final class OrderValues {
  private final String id;
  private final UUID key;
  private final String body;
  private @Nullable JsonNode columns;

  OrderValues(String id, UUID key, String body) {
    this.id = id;
    this.key = key;
    this.body = body;
  }

  /** The value called {@code name}; throws UserError where the order has none. */
  JsonNode of(String name) {
    return switch (name) {
      case "id" -> TextNode.valueOf(id);
      case "key" -> TextNode.valueOf(key.toString());
      default -> column(name);
    };
  }

  /** The value as text, null as nothing. */
  String text(String name) {
    JsonNode value = of(name);
    return value.isNull() ? "" : StrictJson.text(value);
  }

  /** All columns as they are. */
  String body() {
    return body;
  }

  private JsonNode column(String name) {
    JsonNode all = columns == null ? StrictJson.read(body) : columns;
    columns = all;
    JsonNode value = all == null ? null : all.get(name);
    if (value == null) {
      throw new UserError("a template of the API's request names {" + name + "}: no such column");
    }
    return value;
  }
}
