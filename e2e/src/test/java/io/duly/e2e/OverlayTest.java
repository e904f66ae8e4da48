package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.ingest.Ingest;
import io.duly.orders.OrdersTable;
import io.duly.orders.TableInspector;
import io.duly.reconciler.Reconciler;
import io.duly.runtime.Database;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import io.duly.sandbox.Latency;
import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import io.duly.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Duly beside tables of other people's making: each row of docs/overlay.md. */
class OverlayTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static EmbeddedPostgres postgres;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stop() {
    broker.close();
    postgres.close();
  }

  /** A table in a database of its own, and the settings that differ from the usual ones. */
  private record Shape(String name, String sql, Map<String, String> settings) {
    static Shape of(String name, String sql, String... settings) {
      Map<String, String> map = new HashMap<>();
      for (int i = 0; i < settings.length; i += 2) {
        map.put(settings[i], settings[i + 1]);
      }
      return new Shape(name, sql, map);
    }

    /** A table {@code orders} whose id has the type, with these ids, all PENDING. */
    static Shape ofIds(String type, List<String> ids) {
      return of(
          "id " + type,
          "CREATE TABLE orders (id %s PRIMARY KEY, status text NOT NULL);".formatted(type)
              + insert(ids));
    }

    private static String insert(List<String> ids) {
      return ids.stream()
          .map(each -> "INSERT INTO orders VALUES ('%s', 'PENDING');".formatted(quoted(each)))
          .reduce("", String::concat);
    }

    private static String quoted(String id) {
      return id.replace("'", "''");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<String> TEXTS =
      List.of(
          "plain",
          "a'quote",
          "a\"double",
          "back\\slash",
          " spaces at both ends ",
          "tab\tand\nnew line",
          "emoji \uD83D\uDE9A",
          "\u05D0\u05D1 right to left",
          "Stra\u00DFe",
          "STRASSE",
          "null",
          "{id}",
          ":id",
          "$1",
          "%s",
          "?",
          "a/b?c=d&e#f",
          "..",
          "x".repeat(300));

  private static final String FILL =
      "INSERT INTO %s SELECT g, %s FROM generate_series(11, 25) AS g;";

  private static Stream<Shape> supported() {
    return Stream.of(
        Shape.ofIds(
            "bigint", List.of("-9223372036854775808", "-1", "0", "7", "9223372036854775807")),
        Shape.ofIds("integer", List.of("-2147483648", "0", "2147483647")),
        Shape.ofIds(
            "uuid",
            List.of(
                "00000000-0000-0000-0000-000000000000",
                "F47AC10B-58CC-4372-A567-0E02B2C3D479",
                "ffffffff-ffff-ffff-ffff-ffffffffffff")),
        Shape.ofIds("text", TEXTS),
        Shape.of(
            "an id that is empty",
            "CREATE TABLE orders (id text PRIMARY KEY, status text);"
                + Shape.insert(List.of("", "a", "b"))),
        Shape.ofIds("varchar(300) COLLATE \"de-x-icu\"", TEXTS),
        Shape.of(
            "id under a nondeterministic collation",
            "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                + "CREATE TABLE orders (id text COLLATE blind PRIMARY KEY, status text);"
                + Shape.insert(List.of("Abc", "abd", "\u00C5ngstr\u00F6m", "ZZ", "a"))),
        Shape.of(
            "status enum in another schema",
            "CREATE SCHEMA kinds; CREATE TYPE kinds.\"State\" AS ENUM ('new', 'at work', 'ok''d', 'declined', 'unclear', 'off');"
                + "CREATE TABLE orders (id bigint PRIMARY KEY, status kinds.\"State\" NOT NULL);"
                + FILL.formatted("orders", "'new'"),
            "orders.status.pending",
            "new",
            "orders.status.processing",
            "at work",
            "orders.status.completed",
            "ok'd",
            "orders.status.failed",
            "declined",
            "orders.status.in-doubt",
            "unclear",
            "orders.status.cancelled",
            "off"),
        Shape.of(
            "status varchar(10)",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(10) NOT NULL);"
                + FILL.formatted("orders", "'PENDING'")),
        Shape.of(
            "status smallint",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status smallint NOT NULL);"
                + FILL.formatted("orders", "0"),
            "orders.status.pending",
            "0",
            "orders.status.processing",
            "1",
            "orders.status.completed",
            "2",
            "orders.status.failed",
            "3",
            "orders.status.in-doubt",
            "4",
            "orders.status.cancelled",
            "5"),
        Shape.of(
            "status of a domain",
            "CREATE DOMAIN state AS text CHECK (VALUE IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'IN_DOUBT', 'CANCELLED'));"
                + "CREATE TABLE orders (id bigint PRIMARY KEY, status state NOT NULL);"
                + FILL.formatted("orders", "'PENDING'")),
        Shape.of(
            "names in capitals and reserved words",
            "CREATE SCHEMA \"Select\"; CREATE TABLE \"Select\".\"Order\" (\"User\" bigint PRIMARY KEY, \"group\" text NOT NULL, \"K\u00E4ufer\" text);"
                + FILL.formatted("\"Select\".\"Order\"", "'PENDING', 'x'"),
            "orders.table",
            "Select.Order",
            "orders.id-column",
            "User",
            "orders.status-column",
            "group",
            "api.body",
            "{\"id\": \"{User}\", \"buyer\": \"{K\u00E4ufer}\"}"),
        Shape.of(
            "partitioned by the id",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL) PARTITION BY RANGE (id);"
                + "CREATE TABLE low PARTITION OF orders FOR VALUES FROM (MINVALUE) TO (20);"
                + "CREATE TABLE high PARTITION OF orders FOR VALUES FROM (20) TO (MAXVALUE);"
                + FILL.formatted("orders", "'PENDING'")),
        Shape.of(
            "triggers that touch and audit",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, changed timestamptz);"
                + "CREATE TABLE audit (id bigint, status text);"
                + "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed := clock_timestamp(); RETURN NEW; END';"
                + "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit VALUES (NEW.id, NEW.status); RETURN NULL; END';"
                + "CREATE TRIGGER a BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();"
                + "CREATE TRIGGER b AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note();"
                + FILL.formatted("orders", "'PENDING'")),
        Shape.of(
            "columns of many types",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, n numeric DEFAULT 'NaN', at timestamptz DEFAULT 'infinity', raw bytea DEFAULT '\\x00ff', tags text[] DEFAULT '{a,NULL}', doc jsonb DEFAULT '{\"a\": [1]}', twice bigint GENERATED ALWAYS AS (id * 2) STORED, period tstzrange DEFAULT 'empty');"
                + FILL.formatted("orders (id, status)", "'PENDING'")),
        Shape.of(
            "full replica identity, unique index and no key",
            "CREATE TABLE orders (id bigint NOT NULL UNIQUE, status text NOT NULL); ALTER TABLE orders REPLICA IDENTITY FULL;"
                + FILL.formatted("orders", "'PENDING'")));
  }

  @Execution(ExecutionMode.CONCURRENT) // a run waits more than it works
  @ParameterizedTest
  @MethodSource("supported")
  void aRunOverTheTableIsClosedAndProven(Shape shape) {
    String name = "shape_" + NUMBER.incrementAndGet();
    String url = database(name, shape.sql());
    Path books = folder.resolve(name + ".jsonl");
    Parts parts = new Parts();
    try (SampleApi api =
        SampleApi.start(
            new SampleApiSettings(
                SampleContract.IDEMPOTENT, Latency.parse("0ms"), 0, 0.2, books, 0))) {
      Map<String, String> settings = settings(name, url, api, shape);
      long t0 = System.nanoTime();
      Command.sound("init", settings);
      start(parts, Settings.of(settings));
      Sql.openRun(url, "test");
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Sql.count(url, "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'") == 1);
      parts.close();

      Set<String> ids = Set.copyOf(Sql.texts(url, "SELECT DISTINCT order_id FROM duly.attempt"));
      Map<String, Integer> effects = LedgerReader.read(books).effectsByOrder();
      assertThat(effects.keySet()).isSubsetOf(ids);
      assertThat(effects.values()).allMatch(count -> count == 1);
      assertThat(Sql.count(url, "SELECT completed FROM duly.run")).isEqualTo(effects.size());
      assertThat(
              Sql.count(
                  url,
                  "SELECT selected - completed - failed + in_doubt + cancelled + skipped FROM duly.run"))
          .isZero();
      Command verified = duly("verify", settings);
      assertThat(verified.exitCode()).as(verified.toString()).isZero();
    } finally {
      parts.close();
      Sql.execute(
          url,
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
    }
  }

  private static void start(Parts parts, Settings settings) {
    Database database = parts.add(Database.open(settings, "duly"));
    OrdersTable table =
        database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    parts.add(Reconciler.start(settings, database, table));
    parts.add(Worker.start(settings, database, table));
    parts.add(Ingest.start(settings, database, table));
  }

  private record Refusal(String name, String sql, String text, Map<String, String> settings) {
    static Refusal of(String name, String sql, String text, String... settings) {
      return new Refusal(name, sql, text, Shape.of(name, sql, settings).settings());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Refusal> refused() {
    return Stream.of(
        Refusal.of(
            "a view",
            "CREATE TABLE t (id bigint PRIMARY KEY, status text); CREATE VIEW orders AS SELECT * FROM t",
            "is a view: name the table behind it"),
        Refusal.of(
            "a materialized view",
            "CREATE MATERIALIZED VIEW orders AS SELECT 1::bigint AS id, 'PENDING'::text AS status",
            "is a materialized view"),
        Refusal.of(
            "a foreign table",
            "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE orders (id bigint, status text) SERVER s",
            "is a foreign table"),
        Refusal.of(
            "an unlogged table",
            "CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY, status text)",
            "ALTER TABLE \"public\".\"orders\" SET LOGGED"),
        Refusal.of(
            "a key of two columns",
            "CREATE TABLE orders (id bigint, shop bigint, status text, PRIMARY KEY (id, shop))",
            "needs a primary key on \"id\" alone, or a unique index"),
        Refusal.of(
            "a unique constraint that is deferred",
            "CREATE TABLE orders (id bigint NOT NULL UNIQUE DEFERRABLE, status text)",
            "needs a primary key on \"id\" alone, or a unique index"),
        Refusal.of(
            "ids that may be null",
            "CREATE TABLE orders (id bigint UNIQUE, status text)",
            "ALTER TABLE \"public\".\"orders\" ALTER COLUMN \"id\" SET NOT NULL"),
        Refusal.of(
            "numeric ids",
            "CREATE TABLE orders (id numeric PRIMARY KEY, status text)",
            "Duly needs bigint, integer, uuid or text"),
        Refusal.of(
            "a status of fixed width",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status char(12))",
            "ALTER TABLE \"public\".\"orders\" ALTER COLUMN \"status\" TYPE text"),
        Refusal.of(
            "a generated status",
            "CREATE TABLE orders (id bigint PRIMARY KEY, code int, status text GENERATED ALWAYS AS ('PENDING') STORED)",
            "is generated"),
        Refusal.of(
            "a status too narrow",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(8))",
            "PROCESSING"),
        Refusal.of(
            "two statuses of one value",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text)",
            "orders.status.completed and orders.status.failed are both 'done'",
            "orders.status.completed",
            "done",
            "orders.status.failed",
            "done"),
        Refusal.of(
            "a name with a quote",
            "SELECT 1",
            "a name of letters, digits and underscores is wanted",
            "orders.table",
            "public.my \"orders\""));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aTableThatCannotBeServedIsRefusedBeforeAnythingIsMade(Refusal refusal) {
    String name = "shape_" + NUMBER.incrementAndGet();
    String url = database(name, refusal.sql());
    Map<String, String> settings =
        SmallSettings.of(
            name,
            url,
            broker.bootstrapServers(),
            SampleContract.NEITHER,
            java.net.URI.create("http://127.0.0.1:1"));
    settings.putAll(refusal.settings());

    Command command = duly("init", settings);

    assertThat(command.exitCode()).as(command.toString()).isEqualTo(1);
    assertThat(command.notes()).startsWith("duly: ").contains(refusal.text());
    assertThat(command.notes().lines()).hasSize(1);
    assertThat(Sql.count(url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'duly'")).isZero();
  }

  private static String database(String name, String sql) {
    Sql.execute(postgres.jdbcUrl(), "CREATE DATABASE " + name);
    String url = postgres.jdbcUrl().replaceFirst("/[^/?]*(\\?|$)", "/" + name + "$1");
    Sql.execute(url, sql);
    return url;
  }

  private static Map<String, String> settings(String name, String url, SampleApi api, Shape shape) {
    Map<String, String> settings =
        SmallSettings.of(
            name, url, broker.bootstrapServers(), SampleContract.IDEMPOTENT, api.url());
    settings.put("ingest.page", "7");
    settings.putAll(shape.settings());
    return settings;
  }

  private static Command duly(String command, Map<String, String> settings) {
    return Command.run(
        Stream.concat(
                Stream.of(command),
                settings.entrySet().stream()
                    .flatMap(each -> Stream.of("--set", each.getKey() + "=" + each.getValue())))
            .toArray(String[]::new));
  }
}
