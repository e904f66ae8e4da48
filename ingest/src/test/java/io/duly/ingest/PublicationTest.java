package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Lanes;
import io.duly.orders.OrdersTable;
import io.duly.orders.RunControl;
import io.duly.orders.RunOwnership;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run, step by step, and what happens between the steps. */
class PublicationTest {
  @TempDir static Path folder;
  private static IngestSite site;

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
  }

  @AfterEach
  void close() {
    site.leave();
  }

  @Test
  void aShareIsCountedByShortPagesFromTheLowerBoundAndTheOwnerIsSeenAtEach() throws Exception {
    site.with("canary.orders", "1%").with("ingest.after", "50");
    OrdersTable table = site.shop("bigint", "n", 950);
    Ingest.openRun(site.database(), "test", "", Lanes.MAIN);
    Publication publication = site.publication(table);
    List<String> canary = IntStream.rangeClosed(51, 59).mapToObj(String::valueOf).toList();

    int steps = 0;
    boolean goesOn = true;
    while (goesOn) {
      site.execute("UPDATE duly.run SET owner_seen_at = '-infinity'");
      goesOn = publication.step();
      steps++;
      assertThat(site.count("owner_seen_at > '-infinity'")).isOne();
    }

    assertThat(steps).isGreaterThan(9);
    assertThat(site.published()).containsExactlyInAnyOrderElementsOf(canary);
    assertThat(site.rows("SELECT unnest(canary_ids) FROM duly.run")).isEqualTo(canary);
    assertThat(other(table).adopt(List.of())).isEmpty();

    site.execute("UPDATE orders SET status = 'COMPLETED' WHERE id BETWEEN 51 AND 59");
    site.canary(table).judge();
    walk(site.publication(table));
    assertThat(site.published()).hasSize(900).doesNotHaveDuplicates();
    assertThat(site.count("state = 'PUBLISHED' AND selected = 900")).isOne();
  }

  @Test
  void aRunThatIsPublishedAnewBeginsWhereItBeganAtFirst() throws Exception {
    OrdersTable table = site.with("ingest.after", "90").shop("bigint", "n", 100);
    Ingest.openRun(site.database(), "test", "", Lanes.MAIN);
    walk(site.publication(table));
    RunControl control = new RunControl(site.database().jdbi());
    control.pause(1, "the bank asked");
    control.resume(1);
    site.with("ingest.after", "95");

    walk(site.publication(table));

    assertThat(site.count("state = 'PUBLISHED' AND first_id = 90 AND selected = 10")).isOne();
    assertThat(site.published()).hasSize(20).contains("91", "100");
  }

  @Test
  void whatIsNotTriedOutIsDecidedOnce() throws Exception {
    site.with("canary.orders", "5");
    OrdersTable table = site.shop("bigint", "n", 0);
    Ingest.openRun(site.database(), "test", "", Lanes.MAIN);

    walk(site.publication(table));

    assertThat(site.count("state = 'PUBLISHED' AND canary_ids = '{}' AND canary_at IS NULL"))
        .isOne();
  }

  @Test
  void whoLosesTheRunWhileItsFirstOrdersAreReadChoosesNone() throws Exception {
    site.with("canary.orders", "10%");
    OrdersTable table = site.shop("bigint", "n", 950);
    Ingest.openRun(site.database(), "test", "", Lanes.MAIN);
    Publication publication = site.publication(table);
    assertThat(publication.step()).isTrue();
    site.execute("UPDATE duly.run SET owner = 'another'");

    assertThat(publication.step()).isFalse();

    assertThat(site.count("owner = 'another' AND canary_ids IS NULL")).isOne();
    assertThat(site.published()).isEmpty();
  }

  /** With random ids, so that they come in below and above the page that was read last. */
  @Test
  void whateverIsInsertedDeletedOrChangedBetweenPagesWhatWaitsAllTheTimeIsPublishedOnce()
      throws Exception {
    site.with("ingest.page", "20");
    site.execute(
        "CREATE TABLE orders (id uuid PRIMARY KEY, status text, region text, created_at timestamptz DEFAULT clock_timestamp())");
    site.execute(INSERT.formatted(1_000));
    OrdersTable table = site.init();
    Ingest.openRun(site.database(), "test", "created_at < {cutoff}", Lanes.MAIN);
    Set<String> before = Set.copyOf(site.rows("SELECT id::text FROM orders"));
    Set<String> steady = new HashSet<>(before);
    Publication publication = site.publication(table);

    int pages = 0;
    while (publication.step()) {
      pages++;
      site.execute(INSERT.formatted(5));
      site.rows("DELETE FROM orders" + ANY_THREE.formatted(pages)).forEach(steady::remove);
      site.rows(FLIP + ANY_THREE.formatted(-pages)).forEach(steady::remove);
    }

    List<String> published = site.published();
    assertThat(pages).isGreaterThan(30);
    assertThat(steady).hasSizeGreaterThan(500);
    assertThat(published).doesNotHaveDuplicates().containsAll(steady);
    assertThat(before).containsAll(published);
    assertThat(site.count("state = 'PUBLISHED' AND selected = " + published.size())).isOne();
  }

  private static final String INSERT =
      "INSERT INTO orders SELECT gen_random_uuid(), 'PENDING', 'north' FROM generate_series(1, %d)";
  private static final String FLIP =
      "UPDATE orders SET status = CASE status WHEN 'PENDING' THEN 'PROCESSING' ELSE 'PENDING' END";
  private static final String ANY_THREE =
      " WHERE id IN (SELECT id FROM orders ORDER BY md5(id::text || '%d') LIMIT 3) RETURNING id::text";

  @Test
  void anOrderThatCommitsLateBelowThePageThatWasReadIsTakenByTheNextRun() throws Exception {
    OrdersTable table = site.shop("bigint", "2 * n", 250);
    Ingest.openRun(site.database(), "test", "", Lanes.MAIN);
    Publication publication = site.publication(table);
    assertThat(publication.step()).isTrue();
    site.execute("INSERT INTO orders VALUES (3, 'PENDING', 'north'), (499, 'PENDING', 'north')");
    walk(publication);
    assertThat(site.published()).hasSize(251).contains("499").doesNotContain("3");

    Ingest.openRun(site.database(), "next", "", Lanes.MAIN);
    walk(site.publication(table));

    assertThat(site.published()).hasSize(251 + 252).contains("3");
  }

  private static RunOwnership other(OrdersTable table) {
    return new RunOwnership(site.database().jdbi(), table, "another", Duration.ofMinutes(1));
  }

  private static void walk(Publication publication) throws Exception {
    boolean goesOn = true;
    while (goesOn) {
      goesOn = publication.step();
    }
  }
}
