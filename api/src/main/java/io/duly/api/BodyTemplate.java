package io.duly.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.duly.runtime.UserError;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A JSON body with places inside its strings. A string that is one place becomes the value itself,
 * with its type; within a longer string the value is text. So no value can break out of its place.
 * Immutable.
 */
final class BodyTemplate {
  private final JsonNode json;

  /** Throws UserError where {@code text}, the value of {@code setting}, is no JSON. */
  BodyTemplate(String setting, String text) {
    JsonNode read = StrictJson.read(text);
    if (read == null) {
      throw new UserError("setting " + setting + " is no JSON");
    }
    this.json = read;
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>();
    collect(json, names);
    return names;
  }

  private static void collect(JsonNode node, Set<String> names) {
    if (node.isTextual()) {
      names.addAll(new Template(node.asText()).names());
    }
    node.forEach(each -> collect(each, names));
  }

  String filled(OrderValues values) {
    return filled(json, values).toString();
  }

  private static JsonNode filled(JsonNode node, OrderValues values) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      object.properties().forEach(each -> copy.set(each.getKey(), filled(each.getValue(), values)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      array.forEach(each -> copy.add(filled(each, values)));
      return copy;
    }
    return node.isTextual() ? text(new Template(node.asText()), values) : node;
  }

  private static JsonNode text(Template template, OrderValues values) {
    return template.isOnePlace()
        ? values.of(template.names().iterator().next())
        : TextNode.valueOf(template.filled(values, UnaryOperator.identity()));
  }
}
