package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.Lanes;
import io.duly.orders.Notifications;
import io.duly.orders.OrdersTable;
import io.duly.orders.RunOwnership;
import io.duly.orders.RunTable;
import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestTest {
  @TempDir static Path folder;
  private static IngestSite site;

  private Database database;

  @BeforeAll
  static void start() {
    site = IngestSite.start(folder);
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  @BeforeEach
  void open() {
    site.open();
    database = site.database();
  }

  @AfterEach
  void close() {
    site.leave();
  }

  @ParameterizedTest
  @CsvSource({"bigint, n", "uuid, md5(n::text)::uuid", "text, 'order ' || n"})
  void everyPendingOrderIsPublishedOnceWhateverItsIdIs(String type, String idOfNumber) {
    OrdersTable table = site.shop(type, idOfNumber, 950);
    List<String> due =
        site.rows("SELECT id::text FROM orders WHERE status = 'PENDING' AND region = 'north'");

    Ingest.openRun(database, "test", "", Lanes.MAIN);
    try (Ingest ingest = Ingest.start(site.settings(), database, table)) {
      site.awaitPublished();
      assertThat(ingest.failures()).isEmpty();
    }

    assertThat(site.published()).containsExactlyInAnyOrderElementsOf(due);
    assertThat(new RunTable(database.jdbi()).latest().orElseThrow().selected()).isEqualTo(950);
  }

  @Test
  void threeInstancesPublishARunOnce() {
    OrdersTable table = site.shop("bigint", "n", 950);

    Ingest.openRun(database, "test", "", Lanes.MAIN);
    try (Ingest one = Ingest.start(site.settings(), database, table);
        Ingest two = Ingest.start(site.settings(), database, table);
        Ingest three = Ingest.start(site.settings(), database, table)) {
      site.awaitPublished();
      assertThat(List.of(one, two, three))
          .allSatisfy(each -> assertThat(each.failures()).isEmpty());
    }

    assertThat(site.published()).hasSize(950).doesNotHaveDuplicates();
  }

  @Test
  void aSmallRunWaitsForNoLargeOneAndNeitherForOneThatFails() {
    OrdersTable table = site.shop("bigint", "n", 20_000);
    Ingest.openRun(database, "broken", "1 / (id - id) > 0", Lanes.MAIN);
    Ingest.openRun(database, "large", "", Lanes.MAIN);

    try (Ingest ingest = Ingest.start(site.settings(), database, table)) {
      Awaitility.await().until(() -> site.count("selected > 0 AND schedule = 'large'") == 1);
      Ingest.openRun(database, "small", "id <= 150", Lanes.MAIN);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> site.count("state = 'PUBLISHED'") == 2);
      Awaitility.await()
          .until(() -> site.count("schedule = 'broken' AND trouble IS NOT NULL") == 1);
      assertThat(ingest.failures()).isEmpty();
    }

    String large = "(SELECT published_at FROM duly.run WHERE schedule = 'large')";
    assertThat(site.count("schedule = 'small' AND selected = 150 AND published_at < " + large))
        .isOne();
    assertThat(site.count("schedule = 'large' AND selected = 20000")).isOne();
    assertThat(site.count("schedule = 'broken' AND state = 'PUBLISHING'")).isOne();
    assertThat(site.rows("SELECT trouble FROM duly.run WHERE schedule = 'broken'"))
        .singleElement()
        .asString()
        .contains("division by zero");
    assertThat(new Notifications(database.jdbi()).latest(10)).containsExactly("run-stuck");
  }

  @Test
  void aRunWhoseOwnerIsGoneGoesOnAfterTheLastSavedPage() {
    OrdersTable table = site.shop("bigint", "n", 950);
    Ingest.openRun(database, "test", "", Lanes.MAIN);
    RunOwnership gone =
        new RunOwnership(database.jdbi(), table, "an instance that dies", Duration.ZERO);
    gone.advance(gone.adopt(List.of()).orElseThrow(), "300", 300);
    site.execute("UPDATE duly.run SET owner_seen_at = owner_seen_at - interval '1 hour'");

    try (Ingest ingest = Ingest.start(site.settings(), database, table)) {
      site.awaitPublished();
      assertThat(ingest.failures()).isEmpty();
    }

    assertThat(site.published()).hasSize(650).doesNotContain("300").contains("301", "950");
    assertThat(new RunTable(database.jdbi()).latest().orElseThrow().selected()).isEqualTo(950);
  }

  @Test
  void ordersWithTheSameOrderingKeyLieInOnePartitionInTheOrderOfTheirIds() {
    site.with("orders.ordering-column", "region");
    OrdersTable table = site.shop("bigint", "n", 0);
    site.execute(
        "INSERT INTO orders SELECT n, 'PENDING', CASE WHEN n % 50 > 0 THEN 'region ' || n % 50 END FROM generate_series(1, 1000) n");
    Ingest.openRun(database, "test", "", Lanes.MAIN);

    try (Ingest ingest = Ingest.start(site.settings(), database, table)) {
      site.awaitPublished();
      assertThat(ingest.failures()).isEmpty();
    }

    Map<Integer, Integer> partitionOfRegion = new HashMap<>();
    Map<Integer, Integer> lastOfRegion = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> each : site.records()) {
      int id = Integer.parseInt(new String(each.key(), StandardCharsets.UTF_8));
      int region = id % 50;
      assertThat(partitionOfRegion.computeIfAbsent(region, none -> each.partition()))
          .isEqualTo(each.partition());
      assertThat(lastOfRegion.getOrDefault(region, 0)).isLessThan(id);
      lastOfRegion.put(region, id);
    }
    assertThat(lastOfRegion).hasSize(49);
    assertThat(partitionOfRegion.values()).contains(0, 1, 2);
  }

  @Test
  void anOrderingColumnThatIsNotThereIsRefusedAtTheStart() {
    OrdersTable table = site.shop("bigint", "n", 1);
    Settings wrong = site.with("orders.ordering-column", "customer").settings();

    assertThatThrownBy(() -> Ingest.start(wrong, database, table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("orders.ordering-column 'customer' cannot be used");
  }

  @Test
  void ordersUpToALowerBoundAreNotLookedAt() {
    site.with("ingest.after", "(SELECT max(id) - 900 FROM orders WHERE id < 1000)");
    OrdersTable table = site.shop("bigint", "n", 950);
    Ingest.openRun(database, "test", "", Lanes.MAIN);

    try (Ingest ingest = Ingest.start(site.settings(), database, table)) {
      site.awaitPublished();
      assertThat(ingest.failures()).isEmpty();
    }

    assertThat(site.published()).hasSize(900).doesNotContain("50").contains("51", "950");
  }

  @Test
  void aLowerBoundThatIsNoIdIsRefusedAtTheStart() {
    OrdersTable table = site.shop("bigint", "n", 1);
    Settings wrong = site.with("ingest.after", "(SELECT now())").settings();

    assertThatThrownBy(() -> Ingest.start(wrong, database, table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("ingest.after cannot be used, '(SELECT now())'");
  }

  @Test
  void noRowOfTheOrdersTableIsWritten() {
    OrdersTable table = site.shop("bigint", "n", 300);
    String before = versions();

    Ingest.openRun(database, "test", "", Lanes.MAIN);
    try (Ingest ingest = Ingest.start(site.settings(), database, table)) {
      site.awaitPublished();
      assertThat(ingest.failures()).isEmpty();
    }

    assertThat(versions()).isEqualTo(before);
  }

  private String versions() {
    return site.rows("SELECT string_agg(xmin::text, ',' ORDER BY id) FROM orders").get(0);
  }
}
