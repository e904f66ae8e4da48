package io.duly.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Replaces what must not be kept by {@code ***}: the values of fields named (at any depth, in any
 * case) or pointed at, and the same values wherever else they occur. Immutable.
 */
final class Redaction {
  static final String MASK = "***";

  /** Shorter values would mask half of any text. */
  private static final int SHORTEST = 3;

  private final List<JsonPointer> pointers;
  private final Set<String> names = new HashSet<>();

  /** {@code entries} are field names, or JSON pointers where they begin with a slash. */
  Redaction(List<String> entries) {
    this.pointers =
        entries.stream().filter(each -> each.startsWith("/")).map(JsonPointer::compile).toList();
    entries.stream()
        .filter(each -> !each.startsWith("/"))
        .forEach(each -> names.add(each.toLowerCase(Locale.ROOT)));
  }

  boolean isEmpty() {
    return pointers.isEmpty() && names.isEmpty();
  }

  boolean names(String field) {
    return names.contains(field.toLowerCase(Locale.ROOT));
  }

  /** A copy of {@code json} without what must not be kept. */
  JsonNode of(JsonNode json) {
    Set<String> hidden = new HashSet<>();
    JsonNode masked = masked(json, JsonPointer.empty(), hidden);
    List<String> longestFirst =
        hidden.stream().sorted(Comparator.comparing(String::length).reversed()).toList();
    return longestFirst.isEmpty() ? masked : cleaned(masked, longestFirst);
  }

  private JsonNode masked(JsonNode node, JsonPointer at, Set<String> hidden) {
    if (pointers.contains(at)) {
      collect(node, hidden);
      return TextNode.valueOf(MASK);
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      object
          .properties()
          .forEach(
              each -> {
                if (names(each.getKey())) {
                  collect(each.getValue(), hidden);
                  copy.put(each.getKey(), MASK);
                } else {
                  JsonPointer below = at.appendProperty(each.getKey());
                  copy.set(each.getKey(), masked(each.getValue(), below, hidden));
                }
              });
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < array.size(); i++) {
        copy.add(masked(array.get(i), at.appendIndex(i), hidden));
      }
      return copy;
    }
    return node;
  }

  private static void collect(JsonNode node, Set<String> hidden) {
    if (node.isContainerNode()) {
      node.forEach(each -> collect(each, hidden));
    } else if (!node.isBoolean() && !node.isNull() && node.asText().length() >= SHORTEST) {
      hidden.add(node.asText());
    }
  }

  private static JsonNode cleaned(JsonNode node, List<String> hidden) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      object
          .properties()
          .forEach(
              each -> copy.set(clean(each.getKey(), hidden), cleaned(each.getValue(), hidden)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      array.forEach(each -> copy.add(cleaned(each, hidden)));
      return copy;
    }
    String text = node.asText();
    String clean = clean(text, hidden);
    return clean.equals(text) ? node : TextNode.valueOf(clean);
  }

  private static String clean(String text, List<String> hidden) {
    String clean = text;
    for (String each : hidden) {
      clean = clean.replace(each, MASK);
    }
    return clean;
  }
}
