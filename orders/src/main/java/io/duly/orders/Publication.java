package io.duly.orders;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A publication of updates of the orders table.
 *
 * @param columns quoted and sorted; empty unless the form is COLUMNS
 */
public record Publication(PublicationForm form, List<String> columns) {
  public Publication {
    columns = List.copyOf(columns);
  }

  /** How {@link Publications} describes it in the catalogue. */
  String description(OrdersTable table) {
    return ("update root " + target(table)).strip();
  }

  /** The table as CREATE and ALTER PUBLICATION take it; empty where none is published. */
  String target(OrdersTable table) {
    return switch (form) {
      case MESSAGES -> "";
      case ROWS -> table.name();
      case COLUMNS -> table.name() + columns.stream().collect(Collectors.joining(", ", " (", ")"));
    };
  }
}
