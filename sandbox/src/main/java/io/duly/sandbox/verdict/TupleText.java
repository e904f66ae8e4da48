package io.duly.sandbox.verdict;

import java.util.HashMap;
import java.util.Map;

/**
 * Reads a row as test_decoding writes it: {@code name[type]:value} with spaces between, a name or
 * value in quotation marks with these doubled inside. Used once, by one thread.
 */
final class TupleText {
  private static final String NEW = "new-tuple: ";
  private static final String OLD = "old-key: ";

  private final String text;
  private int at;

  private TupleText(String text) {
    this.text = text;
  }

  /**
   * The columns of the row, the new one where there are two; a value that is NULL or was not
   * written reads {@code null} or {@code unchanged-toast-datum}.
   *
   * @throws IllegalArgumentException if {@code text} is no row
   */
  static Map<String, String> read(String text) {
    try {
      return new TupleText(text).columns();
    } catch (StringIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("no row of test_decoding", e);
    }
  }

  private Map<String, String> columns() {
    Map<String, String> columns = new HashMap<>();
    if (text.startsWith(OLD)) {
      at = OLD.length();
    }
    while (at < text.length()) {
      if (text.startsWith(NEW, at)) {
        columns.clear();
        at += NEW.length();
      }
      String name = text.charAt(at) == '"' ? quoted('"') : until('[');
      skipType();
      columns.put(name, value());
      at++;
    }
    return columns;
  }

  /** Types nest brackets, as in {@code text[]}. */
  private void skipType() {
    int depth = 0;
    do {
      char c = text.charAt(at++);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    } while (depth > 0);
    at++;
  }

  private String value() {
    if (text.startsWith("B'", at)) {
      at++;
    }
    return text.charAt(at) == '\'' ? quoted('\'') : until(' ');
  }

  private String until(char end) {
    int stop = text.indexOf(end, at);
    String word = text.substring(at, stop < 0 ? text.length() : stop);
    at += word.length();
    return word;
  }

  private String quoted(char mark) {
    StringBuilder content = new StringBuilder();
    for (at++; text.charAt(at) != mark || isDoubled(mark); at++) {
      content.append(text.charAt(at));
      at += text.charAt(at) == mark ? 1 : 0;
    }
    at++;
    return content.toString();
  }

  private boolean isDoubled(char mark) {
    return at + 1 < text.length() && text.charAt(at + 1) == mark;
  }
}
