package io.duly.sandbox;

import java.nio.file.Path;

/** A file of the user's holds something that cannot be loaded; the message is one line. */
public final class InvalidInput extends RuntimeException {
  private static final int LONGEST = 60;

  /**
   * @param line counted from 1
   * @param column the column's name, empty if the whole line is meant
   * @param found what the file holds
   * @param wanted what it should hold
   */
  InvalidInput(Path file, long line, String column, String found, String wanted) {
    super(
        file
            + ", line "
            + line
            + (column.isEmpty() ? "" : ", column " + column)
            + ": found "
            + shown(found)
            + ", wanted "
            + wanted);
  }

  private static String shown(String found) {
    String line = found.replaceAll("\\p{Cntrl}", " ");
    String text = line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    return text.isEmpty() ? "nothing" : "\"" + text + "\"";
  }
}
