package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code duly init --dry-run} says what is made and what is needed, and that is enough. */
class PrivilegesTest {
  /** All that the catalogue tells of the orders table, of other objects, and of the server. */
  private static final String CATALOGUE =
      """
      SELECT concat_ws(' ', 'class', oid::regclass, relkind, relacl::text, reloptions::text, relreplident, relhastriggers, relfilenode) FROM pg_class WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace, coalesce(to_regnamespace('duly'), 0))
      UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attname, atttypid::regtype, attacl::text, attnotnull, atthasdef) FROM pg_attribute WHERE attrelid = 'public.orders'::regclass
      UNION ALL SELECT concat_ws(' ', 'trigger', tgname) FROM pg_trigger WHERE tgrelid = 'public.orders'::regclass
      UNION ALL SELECT concat_ws(' ', 'constraint', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE conrelid = 'public.orders'::regclass
      UNION ALL SELECT concat_ws(' ', 'row', xmin, id, status) FROM orders
      """;

  private static final String OTHERS =
      """
      UNION ALL SELECT concat_ws(' ', 'schema', nspname) FROM pg_namespace
      UNION ALL SELECT concat_ws(' ', 'publication', pubname) FROM pg_publication
      UNION ALL SELECT concat_ws(' ', 'slot', slot_name) FROM pg_replication_slots
      ORDER BY 1
      """;

  /** Paused, so that it is there to be cancelled. */
  private static final String HELD_RUN =
      "INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, paused) VALUES ('held', now(), now(), 'OPEN', '', now(), 'held')";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aRoleWithThePrivilegesThatArePrintedRunsEverything() {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", 300)) {
      List<String> before = Sql.texts(shop.url(), CATALOGUE + OTHERS);

      Command plan = shop.duly("init", "--dry-run", "--role", "the \"clerk\"");

      assertThat(plan.exitCode()).as(plan.toString()).isZero();
      assertThat(plan.out())
          .contains(
              "CREATE TABLE attempt",
              "CREATE PUBLICATION \"shop\" FOR TABLE",
              "order_id         bigint")
          .contains(
              "pg_create_logical_replication_slot('shop'",
              "--create --topic shop.due --partitions 8");
      assertThat(Sql.texts(shop.url(), CATALOGUE + OTHERS)).isEqualTo(before);
      List<String> table = Sql.texts(shop.url(), CATALOGUE + "ORDER BY 1");
      shop.init();
      assertThat(Sql.texts(shop.url(), CATALOGUE + "ORDER BY 1")).isEqualTo(table);
      assertThat(shop.duly("init", "--dry-run").out())
          .doesNotContain("CREATE ")
          .contains("4. Topics: is there");

      shop.execute("REVOKE ALL ON SCHEMA public FROM public");
      shop.execute(
          "REVOKE TEMPORARY ON DATABASE "
              + Sql.texts(shop.url(), "SELECT quote_ident(current_database())").get(0)
              + " FROM public");
      shop.execute("CREATE ROLE \"the \"\"clerk\"\"\" LOGIN");
      plan.out()
          .lines()
          .filter(each -> each.startsWith("GRANT") || each.startsWith("ALTER ROLE"))
          .forEach(shop::execute);
      shop.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY");
      shop.execute("CREATE POLICY work ON orders TO \"the \"\"clerk\"\"\" USING (true)");
      shop.with("database.url", shop.url().replaceAll("[?&]user=[^&]*", ""))
          .with("database.user", "the \"clerk\"");
      shop.start("reconciler", "reconciler");
      shop.start("worker", "worker");
      shop.start("ingest", "ingest");
      shop.openRun();
      shop.awaitClosed(Duration.ofMinutes(2));

      assertThat(shop.duly("verify").exitCode()).isZero();
      assertThat(shop.count("SELECT completed + failed FROM duly.run")).isEqualTo(300);
      shop.execute(HELD_RUN);
      assertThat(shop.duly("cancel", "2", "--reason", "the wrong day").exitCode()).isZero();
      shop.awaitCount(
          "SELECT count(*) FROM duly.run WHERE unclaimed IS NOT NULL", 1, Duration.ofMinutes(1));
      assertThat(shop.duly("verify", "2").exitCode()).isZero();
      assertThat(
              shop.count(
                  "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'duly%' AND usename <> 'the \"clerk\"'"))
          .isZero();
    }
  }
}
