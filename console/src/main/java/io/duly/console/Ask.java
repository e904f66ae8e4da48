package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as its handler sees it.
 *
 * @param path what stood at the places of the route's path, in their order
 * @param query parameters after the question mark
 * @param body JSON; a missing node where there was none
 */
record Ask(List<String> path, Map<String, String> query, JsonNode body) {
  Ask {
    path = List.copyOf(path);
    query = Map.copyOf(query);
  }

  /** The number at the first place. */
  long number() {
    return number("the number in the path", path.get(0));
  }

  /** A number of the query; null where it is not given. */
  @Nullable Long number(String name) {
    String text = query.get(name);
    return text == null || text.isBlank() ? null : number(name, text);
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UserError(name + ": a number is wanted, not " + text, e);
    }
  }

  /** A text of the query; null where it is not given. */
  @Nullable String text(String name) {
    String text = query.get(name);
    return text == null || text.isBlank() ? null : text;
  }

  /** A text of the body that has to be given. */
  String needed(String name) {
    String text = body.path(name).asText("").strip();
    if (text.isEmpty()) {
      throw new UserError(name + " is needed");
    }
    return text;
  }

  /** A list of texts of the body; empty where it is not given. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    body.path(name).forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
