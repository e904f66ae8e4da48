package io.duly.console;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request that is served, and by what.
 *
 * @param kind what it does, and so its method
 * @param path under the API's root; {@code {name}} stands for one segment
 */
record Route(Kind kind, String path, Handler handler) {
  /** Answers a request; may take its time. */
  @FunctionalInterface
  interface Handler {
    Reply answer(Ask ask) throws Exception;
  }

  /** What a request does. */
  enum Kind {
    READ("GET"),
    /** Tells what a change would do; carries a body as the change does. */
    PLAN("POST"),
    CHANGE("POST");

    private final String method;

    Kind(String method) {
      this.method = method;
    }

    String method() {
      return method;
    }
  }

  /**
   * What stands at its places in {@code asked}; empty where that is another path.
   *
   * @throws IllegalArgumentException where a segment is encoded wrongly, as {@code %zz}
   */
  Optional<List<String>> match(String asked) {
    String[] own = path.split("/", -1);
    String[] given = asked.split("/", -1);
    if (own.length != given.length) {
      return Optional.empty();
    }
    List<String> places = new ArrayList<>();
    for (int i = 0; i < own.length; i++) {
      if (own[i].startsWith("{")) {
        places.add(URLDecoder.decode(given[i], StandardCharsets.UTF_8));
      } else if (!own[i].equals(given[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(places);
  }
}
