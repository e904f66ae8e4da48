package io.duly.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** The files of the page, from the class path. */
final class Assets {
  private static final String PLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private static final Map<String, String> FILES =
      Map.of(
          "", "/io/duly/console/index.html",
          "app.js", "/io/duly/console/app.js",
          "style.css", "/io/duly/console/style.css",
          "icon.svg", "/io/duly/console/icon.svg",
          "uplot.js", PLOT + "uPlot.iife.min.js",
          "uplot.css", PLOT + "uPlot.min.css",
          "openapi.yaml", "/io/duly/console/openapi.yaml");

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
