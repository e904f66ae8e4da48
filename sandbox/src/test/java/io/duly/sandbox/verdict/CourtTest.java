package io.duly.sandbox.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All four witnesses on real servers; the work itself is done by hand. */
class CourtTest {
  private static final String LEDGER =
      """
      {"seq":1,"event":"received","order":"1"}
      {"seq":2,"event":"effect","order":"1"}
      {"seq":3,"event":"answered","order":"1","status":200}
      """;

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void holdsUntilSomebodyBreaksAPromise() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"))) {
      TestTopics topics = TestTopics.on(broker);
      Path ledger = Files.writeString(folder.resolve("ledger.jsonl"), LEDGER);
      run(
          postgres,
          "CREATE TABLE orders (id bigint PRIMARY KEY, status text);"
              + "INSERT INTO orders VALUES (1, 'PENDING'), (2, 'PENDING');"
              + "CREATE SCHEMA duly;"
              + "CREATE TABLE duly.attempt (order_id bigint, witness smallint, outcome text)");

      try (Court court = Court.open(topics.facts(postgres.jdbcUrl(), ledger))) {
        topics.makeDue(2);
        topics.pass(2);
        topics.tell("1", 1, 1, "COMPLETED");
        run(
            postgres,
            "UPDATE orders SET status = 'PROCESSING' WHERE id = 1;"
                + "UPDATE orders SET status = 'COMPLETED' WHERE id = 1;"
                + "UPDATE orders SET status = 'CANCELLED' WHERE id = 2;"
                + "INSERT INTO duly.attempt VALUES (1, 3, 'COMPLETED'), (1, 3, 'COMPLETED'),"
                + "(2, 1, 'COMPLETED'), (2, 3, 'NOT_EXECUTED')");
        assertThat(court.judge()).matches(Verdict::holds);

        run(postgres, "UPDATE orders SET status = 'FAILED' WHERE id = 1");

        assertThat(court.judge().violations())
            .containsExactlyInAnyOrder(
                "order 1 went from COMPLETED to FAILED in the log",
                "order 1 is FAILED and the result topic says COMPLETED",
                "order 1 is FAILED and has an effect in the API's ledger");
      }
    }
  }

  private static void run(EmbeddedPostgres postgres, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
