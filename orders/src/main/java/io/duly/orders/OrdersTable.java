package io.duly.orders;

import java.util.List;
import java.util.Map;

/**
 * The user's orders table as the database's catalogue and the settings describe it. All names are
 * quoted. Immutable.
 *
 * @param name schema-qualified and quoted
 * @param id quoted id column
 * @param status quoted status column
 * @param statusType its SQL type
 * @param values the column's value for each status
 * @param body quoted columns that make the request's body
 */
public record OrdersTable(
    String name,
    String id,
    IdType idType,
    String status,
    String statusType,
    Map<OrderStatus, String> values,
    List<String> body,
    String filter) {
  private static final String SENT_AGAIN =
      "EXISTS (SELECT FROM duly.decision d WHERE d.order_id = a.order_id AND d.decided = 'RETRY' AND d.at > a.finished_at)";

  public OrdersTable {
    values = Map.copyOf(values);
    body = List.copyOf(body);
    if (values.size() != OrderStatus.values().length) {
      throw new IllegalArgumentException("values=" + values + " must name each status");
    }
  }

  /** The table of a run: its filter is that of the settings and that of the run. */
  public OrdersTable within(Run.Selection selection) {
    String both =
        filter.isBlank() || selection.filter().isBlank()
            ? filter + selection.filter()
            : "(" + filter + ") AND (" + selection.filter() + ")";
    return new OrdersTable(
        name,
        id,
        idType,
        status,
        statusType,
        values,
        body,
        both.replace("{cutoff}", "TIMESTAMPTZ '" + selection.cutoff() + "'"));
  }

  /** The column's value for {@code status}. */
  public String value(OrderStatus status) {
    return java.util.Objects.requireNonNull(values.get(status));
  }

  /**
   * The status that a value of the column stands for; empty for a value that Duly does not know.
   */
  public java.util.Optional<OrderStatus> statusOf(String value) {
    return values.entrySet().stream()
        .filter(each -> each.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** A literal of the status column for {@code status}, typed. */
  String literal(OrderStatus status) {
    return "'" + value(status).replace("'", "''") + "'::" + statusType;
  }

  /**
   * Fills the names into a statement: {@code {orders}}, {@code {id}}, {@code {id_type}}, {@code
   * {status}}, a literal for each status as in {@code {PENDING}}, {@code {body}} for the JSON body
   * of row o, {@code {filter}} as a condition, {@code {sent_again}} for whether a person decided to
   * send the order of attempt a again since it ended.
   */
  public String sql(String statement) {
    String sql =
        statement
            .replace("{sent_again}", SENT_AGAIN)
            .replace("{orders}", name)
            .replace("{id}", id)
            .replace("{id_type}", idType.sqlName())
            .replace("{status}", status)
            .replace("{status_type}", statusType)
            .replace("{body}", bodyExpression())
            .replace("{filter}", filter.isBlank() ? "true" : "(" + filter + ")");
    for (OrderStatus each : OrderStatus.values()) {
      sql = sql.replace("{" + each + "}", literal(each));
    }
    return sql;
  }

  private String bodyExpression() {
    String columns = String.join(", ", body.stream().map(column -> "o." + column).toList());
    return "(SELECT row_to_json(b)::text FROM (SELECT " + columns + ") b)";
  }
}
