package io.duly.sandbox.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWitnessTest {
  private static final String SLOT = "judge";
  @TempDir static Path folder;
  private static EmbeddedPostgres postgres;

  private LogWitness witness;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start(folder);
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void open() throws Exception {
    run("CREATE TABLE orders (note text, id bigint PRIMARY KEY, tags text[], status text)");
    run("INSERT INTO orders SELECT 'x', i, '{a}', 'PENDING' FROM generate_series(1, 9) i");
    witness = LogWitness.open(postgres.jdbcUrl(), "public.orders", SLOT);
  }

  @AfterEach
  void close() throws Exception {
    witness.drop();
    run("DROP TABLE orders");
  }

  @Test
  void followsLegalMoves() throws Exception {
    move(1, "PROCESSING", "COMPLETED");
    move(2, "PROCESSING", "PENDING", "PROCESSING", "IN_DOUBT", "FAILED");
    move(3, "CANCELLED");

    LogStory story = witness.read();

    assertThat(story.last())
        .containsOnly(
            entry("1", Status.COMPLETED), entry("2", Status.FAILED), entry("3", Status.CANCELLED));
    assertThat(story.illegal()).isEmpty();
  }

  @Test
  void findsIllegalMoves() throws Exception {
    move(1, "COMPLETED");
    move(2, "PROCESSING", "COMPLETED", "FAILED");
    move(3, "PROCESSING", "CANCELLED");
    move(4, "PROCESSING", "DONE");

    LogStory story = witness.read();

    assertThat(story.illegal())
        .containsExactly(
            new Move("1", Status.PENDING, Status.COMPLETED),
            new Move("2", Status.COMPLETED, Status.FAILED),
            new Move("3", Status.PROCESSING, Status.CANCELLED),
            new Move("4", Status.PROCESSING, Status.UNKNOWN));
  }

  @Test
  void findsATerminalStatusThatWasLeftForAMoment() throws Exception {
    move(1, "PROCESSING", "COMPLETED");
    run(
        "BEGIN; UPDATE orders SET status = 'PENDING' WHERE id = 1;"
            + "UPDATE orders SET status = 'COMPLETED' WHERE id = 1; COMMIT");

    assertThat(witness.read().illegal())
        .containsExactly(
            new Move("1", Status.COMPLETED, Status.PENDING),
            new Move("1", Status.PENDING, Status.COMPLETED));
  }

  @Test
  void takesAnUpdateOfAnotherColumnForNoMove() throws Exception {
    move(1, "PROCESSING", "COMPLETED");
    run("UPDATE orders SET note = 'status[text]:''FAILED''' WHERE id IN (1, 2)");

    LogStory story = witness.read();

    assertThat(witness.updates()).isEqualTo(4);
    assertThat(story.illegal()).isEmpty();
    assertThat(story.last()).containsOnly(entry("1", Status.COMPLETED), entry("2", Status.PENDING));
  }

  @Test
  void doesNotSeeWhatWasRolledBack() throws Exception {
    run("BEGIN; UPDATE orders SET status = 'COMPLETED' WHERE id = 1; ROLLBACK");
    run(
        "BEGIN; UPDATE orders SET status = 'PROCESSING' WHERE id = 2; SAVEPOINT s;"
            + "UPDATE orders SET status = 'PENDING' WHERE id = 2; ROLLBACK TO s; COMMIT");

    LogStory story = witness.read();

    assertThat(story.last()).containsOnly(entry("2", Status.PROCESSING));
    assertThat(story.illegal()).isEmpty();
  }

  @Test
  void seesWhatWasCommittedWithoutWaitingForTheDisk() throws Exception {
    run("SET synchronous_commit = off; UPDATE orders SET status = 'PROCESSING' WHERE id = 1");

    assertThat(witness.read().last()).containsOnly(entry("1", Status.PROCESSING));
  }

  @Test
  void continuesWhereItStopped() throws Exception {
    move(1, "PROCESSING");
    assertThat(witness.read().last()).containsOnly(entry("1", Status.PROCESSING));
    move(1, "COMPLETED");

    LogStory story = witness.read();

    assertThat(story.last()).containsOnly(entry("1", Status.COMPLETED));
    assertThat(story.illegal()).isEmpty();
  }

  @Test
  void followsATableThatLogsWholeRows() throws Exception {
    run("ALTER TABLE orders REPLICA IDENTITY FULL");
    move(1, "PROCESSING", "COMPLETED");

    LogStory story = witness.read();

    assertThat(story.last()).containsOnly(entry("1", Status.COMPLETED));
    assertThat(story.illegal()).isEmpty();
  }

  @Test
  void forgetsADeletedOrder() throws Exception {
    move(1, "PROCESSING");
    run("DELETE FROM orders WHERE id = 1");

    assertThat(witness.read().last()).isEmpty();
  }

  @Test
  void findsTheTableByTheNameAUserGivesIt() throws Exception {
    run("CREATE SCHEMA \"Shop\"; CREATE TABLE \"Shop\".\"Orders\" (id text, status text)");
    run("INSERT INTO \"Shop\".\"Orders\" VALUES ('a b', 'PENDING')");
    LogWitness other = LogWitness.open(postgres.jdbcUrl(), "\"Shop\".\"Orders\"", "other");
    run("UPDATE \"Shop\".\"Orders\" SET status = 'PROCESSING'");

    LogStory story = other.read();
    other.drop();

    assertThat(story.last()).containsOnly(entry("a b", Status.PROCESSING));
  }

  @Test
  void startsAnewWhereASlotWasLeftBehind() throws Exception {
    move(1, "PROCESSING");

    LogWitness second = LogWitness.open(postgres.jdbcUrl(), "public.orders", SLOT);

    assertThat(second.read().last()).isEmpty();
  }

  @Test
  void leavesNoSlotBehind() throws Exception {
    witness.drop();

    assertThatThrownBy(witness::read).isInstanceOf(SQLException.class).hasMessageContaining(SLOT);
  }

  private static void move(int order, String... statuses) throws SQLException {
    for (String status : statuses) {
      run("UPDATE orders SET status = '" + status + "' WHERE id = " + order);
    }
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
