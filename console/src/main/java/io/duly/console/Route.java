package io.duly.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request that is served, and by what.
 *
 * @param path under the API's root; {@code {name}} stands for one segment
 */
record Route(String method, String path, Handler handler) {
  /** Answers a request; may take its time. */
  @FunctionalInterface
  interface Handler {
    Reply answer(Ask ask) throws Exception;
  }

  boolean changes() {
    return !method.equals("GET");
  }

  /** What stands at its places in {@code asked}; empty where that is another path. */
  Optional<List<String>> match(String asked) {
    String[] own = path.split("/", -1);
    String[] given = asked.split("/", -1);
    if (own.length != given.length) {
      return Optional.empty();
    }
    List<String> places = new ArrayList<>();
    for (int i = 0; i < own.length; i++) {
      if (own[i].startsWith("{")) {
        places.add(java.net.URLDecoder.decode(given[i], java.nio.charset.StandardCharsets.UTF_8));
      } else if (!own[i].equals(given[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(places);
  }
}
