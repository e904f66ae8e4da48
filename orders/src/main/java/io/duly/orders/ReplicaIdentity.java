package io.duly.orders;

import io.duly.runtime.Settings;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * Which publication the orders table bears. PostgreSQL refuses the owner's updates of a published
 * table that has no replica identity, and of one whose identity is not within the published
 * columns; a partition counts like a table.
 */
final class ReplicaIdentity {
  private static final String LEAVES =
      """
      WITH leaf AS (
        SELECT c.oid, c.relreplident FROM pg_class c WHERE c.oid = to_regclass(:table) AND c.relkind <> 'p'
        UNION
        SELECT c.oid, c.relreplident FROM pg_partition_tree(to_regclass(:table)) t JOIN pg_class c ON c.oid = t.relid WHERE t.isleaf
      )
      SELECT l.relreplident = 'f' AS whole, array(
        SELECT '"' || a.attname || '"' FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = l.oid AND i.indimmediate AND i.indisvalid
          AND CASE l.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END) AS key
      FROM leaf l
      """;

  private record Leaf(boolean whole, List<String> key) {}

  private ReplicaIdentity() {}

  /** The form that the table bears, at most the one that the setting orders.publish names. */
  static Publication publication(Handle handle, OrdersTable table, Settings settings) {
    List<Leaf> leaves =
        handle
            .createQuery(LEAVES)
            .bind("table", table.name())
            .map(
                (row, context) ->
                    new Leaf(
                        row.getBoolean("whole"),
                        List.of((String[]) row.getArray("key").getArray())))
            .list();
    PublicationForm most =
        PublicationForm.valueOf(settings.text("orders.publish").toUpperCase(Locale.ROOT));
    PublicationForm form = form(leaves);
    if (most.compareTo(form) < 0) {
      form = most;
    }
    if (form != PublicationForm.COLUMNS) {
      return new Publication(form, List.of());
    }
    TreeSet<String> columns = new TreeSet<>(List.of(table.id(), table.status()));
    leaves.forEach(each -> columns.addAll(each.key()));
    return new Publication(form, List.copyOf(columns));
  }

  private static PublicationForm form(List<Leaf> leaves) {
    if (leaves.stream().anyMatch(each -> !each.whole() && each.key().isEmpty())) {
      return PublicationForm.MESSAGES;
    }
    return leaves.stream().anyMatch(Leaf::whole) ? PublicationForm.ROWS : PublicationForm.COLUMNS;
  }
}
