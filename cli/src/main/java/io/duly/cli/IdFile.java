package io.duly.cli;

import io.duly.runtime.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A file of order ids, one on each line; blank lines are passed over. */
final class IdFile {
  private IdFile() {}

  /** Its ids; {@code name} is a path, or - for what is piped in. */
  static List<String> read(String name) {
    try (BufferedReader lines =
        name.equals("-")
            ? new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))
            : Files.newBufferedReader(Path.of(name), StandardCharsets.UTF_8)) {
      List<String> ids =
          lines
              .lines()
              .map(String::strip)
              .flatMap(each -> each.isEmpty() ? Stream.empty() : Stream.of(each))
              .distinct()
              .toList();
      if (ids.isEmpty()) {
        throw new UserError(name + " has no ids: one on each line is wanted");
      }
      return ids;
    } catch (IOException | UncheckedIOException e) {
      throw new UserError("the ids cannot be read from " + name + ": " + e.getMessage(), e);
    }
  }
}
