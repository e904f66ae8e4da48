package io.duly.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The end of a log file, for a message about a server that failed. */
final class LastLines {
  private static final int BYTES = 3_000;

  private LastLines() {}

  /** About the last 30 lines, or a note that they cannot be read; throws nothing. */
  static String of(Path file) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      int length = (int) Math.min(BYTES, log.length());
      byte[] bytes = new byte[length];
      log.seek(log.length() - length);
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "(" + file + " cannot be read: " + e.getMessage() + ")";
    }
  }
}
