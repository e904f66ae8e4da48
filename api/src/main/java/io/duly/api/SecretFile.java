package io.duly.api;

import io.duly.runtime.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file whose content may be exchanged while we run: it is read again at most once a second, and
 * where it cannot be read or is empty, the last content holds. The lock keeps two threads from
 * reading at once. Thread-safe.
 */
final class SecretFile {
  private static final Logger log = LoggerFactory.getLogger(SecretFile.class);
  private static final long AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path path;
  private String content;
  private long readNanos = System.nanoTime();

  private SecretFile(Path path, String content) {
    this.path = path;
    this.content = content;
  }

  /** The file {@code path}, the value of {@code setting}; throws UserError where it is not fit. */
  static SecretFile open(String setting, String path) {
    try {
      String content = Files.readString(Path.of(path), StandardCharsets.UTF_8);
      if (content.isBlank()) {
        throw new UserError("setting " + setting + ": the file " + path + " is empty");
      }
      return new SecretFile(Path.of(path), content);
    } catch (IOException | InvalidPathException e) {
      String what = "setting " + setting + ": the file " + path + " cannot be read";
      throw new UserError(what + " (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  /** The content without white space around it. */
  synchronized String text() {
    if (System.nanoTime() - readNanos >= AGE_NANOS) {
      readNanos = System.nanoTime();
      read();
    }
    return content.strip();
  }

  /** The content where it is to be one line; throws UserError where it is not. */
  String line() {
    String line = text();
    if (line.chars().anyMatch(each -> each < ' ' || each == 0x7f)) {
      throw new UserError("the file " + path + " holds more than one line of text");
    }
    return line;
  }

  private void read() {
    try {
      String now = Files.readString(path, StandardCharsets.UTF_8);
      content = now.isBlank() ? content : now;
    } catch (IOException e) {
      log.warn("A secret cannot be read again, the last one holds file={}", path);
    }
  }
}
