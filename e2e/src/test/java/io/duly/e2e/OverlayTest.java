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
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
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

  @Execution(ExecutionMode.CONCURRENT) // a run waits more than it works
  @ParameterizedTest
  @MethodSource("io.duly.e2e.SupportedShapes#all")
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
                  "SELECT selected - completed - failed - in_doubt - cancelled - skipped FROM duly.run"))
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

  @ParameterizedTest
  @MethodSource("io.duly.e2e.RefusedShapes#all")
  void aTableThatCannotBeServedIsRefusedBeforeAnythingIsMade(RefusedShapes.Refusal refusal) {
    String name = "shape_" + NUMBER.incrementAndGet();
    String url = database(name, refusal.sql());
    Map<String, String> settings =
        SmallSettings.of(
            name,
            url,
            broker.bootstrapServers(),
            SampleContract.NEITHER,
            URI.create("http://127.0.0.1:1"));
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
