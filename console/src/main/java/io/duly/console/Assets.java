package io.duly.console;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of the page, from the class path. */
final class Assets {
  private static final String PLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private static final String OWN = "/io/duly/console/";

  private static final Map<String, String> FILES =
      Map.ofEntries(
          entry("", OWN + "index.html"),
          entry("base.js", OWN + "base.js"),
          entry("charts.js", OWN + "charts.js"),
          entry("overview.js", OWN + "overview.js"),
          entry("orders.js", OWN + "orders.js"),
          entry("replay.js", OWN + "replay.js"),
          entry("app.js", OWN + "app.js"),
          entry("style.css", OWN + "style.css"),
          entry("icon.svg", OWN + "icon.svg"),
          entry("uplot.js", PLOT + "uPlot.iife.min.js"),
          entry("uplot.css", PLOT + "uPlot.min.css"),
          entry("openapi.yaml", OWN + "openapi.yaml"));

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "yaml", "application/yaml; charset=utf-8");

  private Assets() {}

  /** A file and its media type. */
  @SuppressWarnings("ArrayRecordComponent") // read once, and only written to the answer
  record Asset(String type, byte[] bytes) {}

  /** The names of all files. */
  static Set<String> names() {
    return FILES.keySet();
  }

  /** The file called {@code name}; the page itself has the empty name. */
  static Optional<Asset> find(String name) {
    String file = FILES.get(name);
    if (file == null) {
      return Optional.empty();
    }
    try (InputStream found = Assets.class.getResourceAsStream(file)) {
      if (found == null) {
        return Optional.empty();
      }
      String type = TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), "text/plain");
      return Optional.of(new Asset(type, found.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
