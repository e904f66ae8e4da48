package io.duly.sandbox;

import java.util.regex.Pattern;

/**
 * A table's name, with its schema or without, fit to stand in SQL.
 *
 * @param text as the user wrote it
 */
record TableName(String text) {
  private static final String WORD = "[A-Za-z_][A-Za-z0-9_]{0,62}";
  private static final Pattern NAME = Pattern.compile(WORD + "(\\." + WORD + ")?");

  TableName {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "table: found \"" + text + "\", wanted NAME or SCHEMA.NAME of letters, digits and _");
    }
  }

  /** The name in quotation marks, each part by itself, so that its case is kept. */
  String quoted() {
    return "\"" + text.replace(".", "\".\"") + "\"";
  }
}
