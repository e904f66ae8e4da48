package io.duly.sandbox;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;

/** The columns that a CSV file of orders may have, and what each may hold. */
enum CsvColumn {
  ID("a whole number"),
  CUSTOMER("a whole number"),
  TOTAL_PRICE("a decimal number with at most 10 digits before the point and 2 after"),
  PRIORITY("a text"),
  CLERK("a text"),
  ORDER_DATE("a date like 2026-11-23");

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);

  private final String wanted;

  CsvColumn(String wanted) {
    this.wanted = wanted;
  }

  /** As the header line names it. */
  String header() {
    return name().toLowerCase(Locale.ROOT);
  }

  String wanted() {
    return wanted;
  }

  /**
   * The checks below throw IllegalArgumentException or DateTimeException for what is not wanted.
   */
  static long number(String text) {
    return Long.parseLong(text);
  }

  static BigDecimal price(String text) {
    if (!text.matches("-?[0-9]{1,10}(\\.[0-9]{1,2})?")) {
      throw new IllegalArgumentException(text);
    }
    return new BigDecimal(text);
  }

  static String text(String text) {
    if (text.isBlank() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  static LocalDate date(String text) {
    return LocalDate.parse(text, DATE);
  }
}
