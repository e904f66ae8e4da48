package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The publication of the orders table: the one that the table bears without making any update of
 * its owner fail, and the one that is there. Thread-safe.
 */
public final class Publications {
  private static final String FOUND =
      """
      SELECT concat_ws(' ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END,
        CASE WHEN p.pubviaroot THEN 'root' END, CASE WHEN p.puballtables THEN 'all tables' END,
        (SELECT 'schemas' FROM pg_publication_namespace n WHERE n.pnpubid = p.oid LIMIT 1),
        (SELECT string_agg(format('"%s"."%s"', n.nspname, c.relname) || coalesce(' (' || (
            SELECT string_agg('"' || a.attname || '"', ', ' ORDER BY a.attname COLLATE "C") FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs)) || ')', '')
            || CASE WHEN r.prqual IS NULL THEN '' ELSE ' where' END, ' ' ORDER BY c.oid)
          FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE r.prpubid = p.oid))
      FROM pg_publication p WHERE p.pubname = :name
      """;
  private static final String OPTIONS = "(publish = 'update', publish_via_partition_root = true)";
  private static final String DENIED = "42501";

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final Settings settings;

  public Publications(Jdbi jdbi, OrdersTable table, Settings settings) {
    this.jdbi = jdbi;
    this.table = table;
    this.settings = settings;
  }

  /** The publication that the table bears now. */
  public Publication wanted() {
    return jdbi.withHandle(handle -> ReplicaIdentity.publication(handle, table, settings));
  }

  /** What {@link #found} says of {@code publication}. */
  public String description(Publication publication) {
    return publication.description(table);
  }

  /** What the publication of that name gives, in words; empty where there is none. */
  public Optional<String> found() {
    return jdbi.withHandle(this::found);
  }

  private Optional<String> found(Handle handle) {
    return handle
        .createQuery(FOUND)
        .bind("name", Schema.slot(settings))
        .mapTo(String.class)
        .findOne();
  }

  /**
   * Makes or alters the publication so that it is the wanted one. Waits two seconds at most for
   * whoever alters the table.
   *
   * @throws UserError where the database user may not
   */
  public Publication adapt() {
    try {
      return jdbi.inTransaction(this::adapt);
    } catch (JdbiException e) {
      if (e.getCause() instanceof SQLException cause && DENIED.equals(cause.getSQLState())) {
        throw new UserError(
            "publication "
                + Schema.slot(settings)
                + " does not fit table "
                + table.name()
                + " and this database user may not change it ("
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("")
                + "): run `duly init` as the owner of both",
            e);
      }
      throw e;
    }
  }

  private Publication adapt(Handle handle) {
    handle.execute("SET LOCAL lock_timeout = '2s'");
    Publication wanted = ReplicaIdentity.publication(handle, table, settings);
    statements(wanted, found(handle)).forEach(handle::execute);
    return wanted;
  }

  /** What {@link #adapt} would run; nothing where the publication is the wanted one. */
  public List<String> statements() {
    return jdbi.withHandle(
        handle -> statements(ReplicaIdentity.publication(handle, table, settings), found(handle)));
  }

  private List<String> statements(Publication wanted, Optional<String> found) {
    String name = '"' + Schema.slot(settings) + '"';
    String target = wanted.target(table);
    if (found.isEmpty()) {
      String tables = target.isEmpty() ? "" : " FOR TABLE " + target;
      return List.of("CREATE PUBLICATION " + name + tables + " WITH " + OPTIONS);
    }
    return found.get().equals(wanted.description(table))
        ? List.of()
        : alterations(name, target, found.get());
  }

  /** In place, because the log of the past is read with the publication as it was. */
  private List<String> alterations(String name, String target, String found) {
    if (found.contains("all tables") || found.contains("schemas")) {
      throw new UserError(
          "publication "
              + name
              + " publishes more than the orders table ("
              + found
              + "): it is not Duly's; choose another name with the setting installation");
    }
    List<String> statements = new ArrayList<>();
    statements.add("ALTER PUBLICATION " + name + " SET " + OPTIONS);
    if (!target.isEmpty()) {
      statements.add("ALTER PUBLICATION " + name + " SET TABLE " + target);
    } else if (found.contains(table.name())) {
      statements.add("ALTER PUBLICATION " + name + " DROP TABLE " + table.name());
    }
    return statements;
  }
}
