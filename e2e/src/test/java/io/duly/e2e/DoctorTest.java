package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.cli.doctor.Doctor;
import io.duly.sandbox.SampleContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor sees what is planted. */
class DoctorTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static final String DATABASE = "SELECT quote_ident(current_database())";

  private static Shop shop;

  @BeforeAll
  static void open() {
    shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", 2_000).init();
    shop.execute(
        "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
    shop.execute("CREATE ROLE clerk LOGIN");
    shop.execute("ANALYZE orders");
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void anInstallationOfASingleBrokerWorks() {
    Command done = shop.duly("doctor");

    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.out())
        .doesNotContain("PROBLEM", "cannot be seen")
        .containsPattern("OK +schema +Duly's own tables are there")
        .containsPattern(
            "OK +scan +ingest finds what is due along the index of the id: .*Index Scan using")
        .containsPattern("OK +transactions ")
        .containsPattern("WARNING +copies +shop.due has 1 copies")
        .containsPattern("WARNING +slot +nobody reads slot shop");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          CREATE INDEX by_status ON orders (status) | DROP INDEX by_status | WARNING +status index +index by_status
          CREATE INDEX due ON orders (id) WHERE status = 'PENDING' | DROP INDEX due | WARNING +status index +index due
          CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION noop() | DROP TRIGGER t ON orders | WARNING +triggers +trigger t fires
          CREATE TRIGGER t BEFORE UPDATE OF status ON orders FOR EACH ROW EXECUTE FUNCTION noop() | DROP TRIGGER t ON orders | WARNING +triggers +trigger t fires
          UPDATE orders SET status = 'SHIPPED' WHERE id % 2 = 0; ANALYZE orders | UPDATE orders SET status = 'PENDING' WHERE status = 'SHIPPED'; ANALYZE orders | WARNING +status values +about [0-9]+ orders have status 'SHIPPED'
          DROP PUBLICATION shop | CREATE PUBLICATION shop FOR TABLE orders (id, status) WITH (publish = 'update', publish_via_partition_root = true) | WARNING +publication +the publication is missing
          SELECT pg_drop_replication_slot('shop') | SELECT pg_create_logical_replication_slot('shop', 'pgoutput') | WARNING +slot +replication slot shop is missing
          ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf(), pg_sleep(0.5) | ALTER SYSTEM RESET full_page_writes; SELECT pg_reload_conf(), pg_sleep(0.5) | PROBLEM +durability +full_page_writes is off
          """)
  void whatIsPlantedIsFound(String plant, String remove, String found) {
    for (String each : plant.split(";")) {
      shop.execute(each);
    }
    try {
      assertThat(shop.duly("doctor").out()).containsPattern(found);
    } finally {
      for (String each : remove.split(";")) {
        shop.execute(each);
      }
    }
  }

  @Test
  void aRoleWithoutRightsIsToldWhatItLacks() {
    shop.execute("GRANT SELECT ON orders TO clerk");
    String temporary = "TEMPORARY ON DATABASE " + Sql.texts(shop.url(), DATABASE).get(0);
    shop.execute("REVOKE " + temporary + " FROM PUBLIC");
    shop.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY");
    String url = shop.url();
    shop.with("database.url", url.replaceAll("[?&]user=[^&]*", "")).with("database.user", "clerk");
    try {
      Command done = shop.duly("doctor");

      assertThat(done.exitCode()).isEqualTo(1);
      assertThat(done.out())
          .containsPattern("PROBLEM +privileges +role clerk may not update status of")
          .containsPattern("PROBLEM +privileges +role clerk may not use the schema duly")
          .containsPattern("PROBLEM +privileges +role clerk may not make temporary tables")
          .contains("ALTER ROLE clerk REPLICATION;")
          .containsPattern("PROBLEM +row security");
    } finally {
      shop.with("database.url", url).with("database.user", "");
      shop.execute("ALTER TABLE orders DISABLE ROW LEVEL SECURITY");
      shop.execute("GRANT " + temporary + " TO PUBLIC");
    }
  }

  @Test
  void aFilterWithACutoffIsPlannedAsAnyOther() {
    Command done = shop.duly("doctor", "--set", "orders.filter=created_at < {cutoff}");

    assertThat(done.out()).containsPattern("OK +scan +ingest finds");
  }

  @ParameterizedTest
  @CsvSource({
    "api.url, http://127.0.0.1:1/orders, api, nothing answers at 127.0.0.1:1",
    "kafka.bootstrap.servers, 127.0.0.1:1, kafka, not reachable",
    "orders.table, public.none, table, does not exist",
    "topic.due, none, topics, has no topic none",
    "database.url, jdbc:postgresql://127.0.0.1:1/shop, database, not reachable",
  })
  void whatCannotBeReachedIsNamed(String key, String value, String examined, String found) {
    Command done = shop.duly("doctor", "--set", key + "=" + value);

    assertThat(done.exitCode()).as(done.toString()).isEqualTo(1);
    assertThat(done.out()).containsPattern("PROBLEM +" + examined + " .*" + found);
  }

  @Test
  void thePageListsAllExaminations() throws IOException {
    Files.writeString(Path.of("target/doctor.md"), Doctor.page());

    assertThat(Files.readString(Path.of("..", "docs", "doctor.md")))
        .as("replace the table of docs/doctor.md by e2e/target/doctor.md")
        .contains(Doctor.page());
  }
}
