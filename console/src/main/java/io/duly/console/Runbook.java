package io.duly.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The sections of {@code docs/runbook.md}. */
final class Runbook {
  private static final String TEXT = load();

  private Runbook() {}

  private static String load() {
    try (InputStream found = Runbook.class.getResourceAsStream("runbook.md")) {
      return new String(Objects.requireNonNull(found).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text under a heading, as in {@code calls-paused}. */
  static Reply section(String name) {
    int start = TEXT.indexOf("\n## " + name + "\n");
    if (start < 0) {
      return Reply.refused(404, "the runbook has no section " + name);
    }
    int end = TEXT.indexOf("\n## ", start + 1);
    return Reply.ok(
        new ObjectMapper()
            .createObjectNode()
            .put("section", name)
            .put("text", TEXT.substring(start, end < 0 ? TEXT.length() : end).strip()));
  }
}
