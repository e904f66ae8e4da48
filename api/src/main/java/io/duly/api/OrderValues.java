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
  private @Nullable RowJson columns;

  OrderValues(String id, UUID key, String body) {
    this.id = id;
    this.key = key;
    this.body = body;
  }

  /**
   * The value called {@code name}, a column as it is; throws UserError where the order has none,
   * and IllegalArgumentException where its columns cannot be read.
   */
  JsonNode of(String name) {
    return switch (name) {
      case "id" -> TextNode.valueOf(id);
      case "key" -> TextNode.valueOf(key.toString());
      default -> known(name, columns().value(name));
    };
  }

  /** The value as text, null as nothing; throws as {@link #of}. */
  String text(String name) {
    return switch (name) {
      case "id" -> id;
      case "key" -> key.toString();
      default -> known(name, columns().text(name));
    };
  }

  /** All columns as they are. */
  String body() {
    return body;
  }

  private RowJson columns() {
    RowJson all = columns == null ? new RowJson(body) : columns;
    columns = all;
    return all;
  }

  private static <V> V known(String name, @Nullable V value) {
    if (value == null) {
      throw new UserError("a template of the API's request names {" + name + "}: no such column");
    }
    return value;
  }
}
