package io.duly.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lines of CSV (RFC 4180) for spreadsheets: a text that these would take for a formula begins with
 * an apostrophe.
 */
final class SafeCsv {
  private static final String FORMULA = "=+-@\t\r";

  private SafeCsv() {}

  /** One line with its end; null is an empty field. */
  static String line(List<? extends @Nullable Object> fields) {
    return fields.stream().map(SafeCsv::field).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String field(@Nullable Object field) {
    if (field == null) {
      return "";
    }
    String text = field.toString();
    boolean isFormula =
        !(field instanceof Number) && !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
    String safe = isFormula ? "'" + text : text;
    boolean isQuoted = safe.chars().anyMatch(each -> "\",\r\n".indexOf(each) >= 0);
    return isQuoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
