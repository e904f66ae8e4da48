package io.duly.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.e2e.Command;
import io.duly.e2e.SmallSettings;
import io.duly.e2e.Sql;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import io.duly.sandbox.Folders;
import io.duly.sandbox.Latency;
import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.LedgerSummary;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import io.duly.sandbox.SampleOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A database that comes back without its latest commits. */
class FailoverTest {
  private static final int ORDERS = 2_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final List<Member> members = new ArrayList<>();
  private final Map<String, String> settings = new HashMap<>();
  private EmbeddedPostgres postgres;
  private EmbeddedBroker broker;
  private SampleApi api;

  private void start(SampleContract contract) throws SQLException {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    api =
        SampleApi.start(
            new SampleApiSettings(contract, Latency.parse("50ms"), 0, 0.02, ledger(), 0));
    settings.putAll(
        SmallSettings.of(
            "failover", postgres.jdbcUrl(), broker.bootstrapServers(), contract, api.url()));
    settings.put("api.concurrency", "8");
    settings.put("worker.window", "24");
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl())) {
      SampleOrders.createTable(connection, "public.orders");
      SampleOrders.loadTpch(connection, "public.orders", ORDERS);
    }
    Command.sound("init", settings);
  }

  @AfterEach
  void stop() {
    members.forEach(Member::askToStop);
    members.forEach(Member::close);
    api.close();
    broker.close();
    postgres.close();
  }

  @Test
  void underAnApiThatHonoursNothingNoOrderIsCalledAgain() throws Exception {
    start(SampleContract.NEITHER);
    startParts(2);
    Sql.openRun(postgres.jdbcUrl(), "failover");
    awaitSettled(ORDERS / 8);
    keepCopy();
    awaitSettled(ORDERS / 2);

    putCopyBack();

    awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1);
    report();
    assertThat(LedgerReader.read(ledger()).callsByOrder())
        .allSatisfy((order, calls) -> assertThat(calls).isEqualTo(1));
    assertThat(restored()).as("results told before the loss").isPositive();
    assertThat(restored() + recalled()).isGreaterThan(ORDERS / 4);
    assertAllSettled();
  }

  @Test
  @EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
  void underAnApiThatHonoursTheKeyResultsAreRestoredAndNoKeyIsNew() throws Exception {
    start(SampleContract.IDEMPOTENT);
    startParts(2);
    Sql.openRun(postgres.jdbcUrl(), "failover");
    awaitSettled(ORDERS / 8);
    keepCopy();
    awaitSettled(ORDERS / 2);

    putCopyBack();

    awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1);
    report();
    Map<String, Set<String>> keys = new HashMap<>();
    LedgerReader.forEach(
        ledger(),
        each ->
            keys.computeIfAbsent(each.call().order(), order -> new HashSet<>())
                .add(each.call().key()));
    assertThat(keys)
        .hasSize(ORDERS)
        .allSatisfy((order, used) -> assertThat(used).as("keys of order " + order).hasSize(1));
    assertThat(LedgerReader.read(ledger()).effectsByOrder())
        .allSatisfy((order, effects) -> assertThat(effects).isEqualTo(1));
    assertThat(restored()).isGreaterThan(ORDERS / 4);
    assertAllSettled();
  }

  @Test
  void aCopyFromBeforeTheRunGetsItsResultsBackAndTheRestIsOfTheNextRun() throws Exception {
    start(SampleContract.NEITHER);
    keepCopy();
    startParts(1); // one that joins later takes over claims that are given back and forgotten
    Sql.openRun(postgres.jdbcUrl(), "failover");
    awaitSettled(ORDERS / 2);

    putCopyBack();
    awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CANCELLED'", 1);
    Sql.openRun(postgres.jdbcUrl(), "failover");

    awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1);
    report();
    assertThat(LedgerReader.read(ledger()).callsByOrder())
        .allSatisfy((order, calls) -> assertThat(calls).isEqualTo(1));
    assertThat(restored()).as("results told before the loss").isPositive();
    assertThat(restored() + recalled()).isGreaterThanOrEqualTo(ORDERS / 2);
    assertAllSettled();
    awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CANCELLED' AND unclaimed >= 0", 1);
    assertThat(count("SELECT count(*) FROM duly.run WHERE closed_at IS NULL")).isZero();
    Command.sound("verify", settings, "1");
    Command.sound("verify", settings, "2");
  }

  private void startParts(int workers) {
    List<String> parts = new ArrayList<>(Collections.nCopies(workers, "worker"));
    parts.addAll(List.of("reconciler", "ingest"));
    parts.forEach(each -> start(each, "first-" + members.size()));
  }

  private void keepCopy() throws IOException {
    postgres.kill();
    copy(data(), folder.resolve("older"));
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
  }

  private void putCopyBack() throws IOException {
    postgres.kill();
    Folders.delete(data());
    copy(folder.resolve("older"), data());
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
  }

  private void assertAllSettled() {
    assertThat(
            count(
                "SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED', 'IN_DOUBT')"))
        .isEqualTo(ORDERS);
  }

  private long restored() {
    return count("SELECT count(*) FROM duly.evidence WHERE kind = 'restored'");
  }

  private long recalled() {
    return count(
        "SELECT count(*) FROM duly.attempt WHERE reason = 'the database forgot this claim'");
  }

  private void report() {
    LedgerSummary books = LedgerReader.read(ledger());
    System.out.printf(
        "results restored: %d, claims recalled in doubt: %d, calls: %d, effects: %d, in doubt: %d%n",
        restored(),
        recalled(),
        books.requests(),
        books.effects(),
        count("SELECT count(*) FROM orders WHERE status = 'IN_DOUBT'"));
  }

  private Path ledger() {
    return folder.resolve("ledger.jsonl");
  }

  private Path data() {
    return folder.resolve("postgres").resolve("pgdata");
  }

  private void start(String part, String name) {
    Map<String, String> own = new HashMap<>(settings);
    own.put("worker.id", name);
    members.add(Member.start(part, folder.resolve(name + ".log"), own, List.of(), postgres.port()));
  }

  private void awaitSettled(long orders) {
    awaitCount(
        "SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED', 'IN_DOUBT')", orders);
  }

  private void awaitCount(String sql, long least) {
    Awaitility.await(sql)
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> count(sql) >= least);
  }

  private long count(String sql) {
    return Sql.count(postgres.jdbcUrl(), sql);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }
}
