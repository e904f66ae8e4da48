package io.duly.sandbox;

import java.math.BigDecimal;
import java.time.LocalDate;

/** An order to be loaded into the shop's table. */
record OrderRow(
    long id, long customer, BigDecimal totalPrice, String priority, String clerk, LocalDate date) {
  /** Appends the row as a line of COPY's text format. */
  void appendTo(StringBuilder lines) {
    lines.append(id).append('\t').append(customer).append('\t').append(totalPrice.toPlainString());
    text(lines.append('\t'), priority);
    text(lines.append('\t'), clerk);
    lines.append('\t').append(date).append('\n');
  }

  private static void text(StringBuilder lines, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> lines.append("\\\\");
        case '\t' -> lines.append("\\t");
        case '\n' -> lines.append("\\n");
        case '\r' -> lines.append("\\r");
        default -> lines.append(c);
      }
    }
  }
}
