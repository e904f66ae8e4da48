package io.duly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.cli.CommandSite.Done;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code duly replay} on a topic of two partitions with ten records each, one an hour, of orders 1
 * to 10 and 11 to 20. The group has passed eight of the first and six of the second.
 */
class ReplayCommandTest {
  private static final String TOPIC = "orders.due";
  private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
  private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
  private static final Instant START =
      Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofHours(10));

  @TempDir static Path folder;

  private static CommandSite site;

  @BeforeAll
  static void start() throws Exception {
    site = new CommandSite(folder, 20);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long at = START.plus(Duration.ofHours(i % 10)).toEpochMilli();
      records.add(
          new ProducerRecord<>(TOPIC, i / 10, at, bytes(Integer.toString(i + 1)), bytes("1")));
    }
    site.send(records);
    site.execute(
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, start_offsets)
        VALUES ('test', now(), now(), 'PUBLISHED', 'test', now(), '{2,3}')
        """);
    site.execute("UPDATE orders SET status = 'PENDING' WHERE id IN (3, 4)");
    site.execute("UPDATE orders SET status = 'FAILED' WHERE id = 20");
    attempt(4, "RETRY", "3 days");
    attempt(20, "FAILED", "1 hour");
  }

  private static void attempt(long order, String outcome, String age) {
    site.execute(
        """
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition,
          source_offset, claimed_at, finished_at, outcome, calls, transition)
        VALUES (%d, 1, gen_random_uuid(), 1, 'w', 0, 0, 3, now() - interval '%s', now(), '%s', 1, 1)
        """
            .formatted(order, age, outcome));
  }

  @BeforeEach
  void commit() throws Exception {
    site.commit("duly", Map.of(FIRST, 8L, SECOND, 6L));
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode plan(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("replay", "-o", "json"));
    all.addAll(List.of(options));
    Done done = site.duly(all.toArray(String[]::new));
    assertThat(done.exitCode()).as(done.toString()).isZero();
    return new ObjectMapper().readTree(done.out());
  }

  /** The new offset of each partition that would be moved. */
  private static List<Long> offsets(String... options) throws Exception {
    List<Long> offsets = new ArrayList<>();
    plan(options).path("moves").forEach(each -> offsets.add(each.path("newOffset").asLong()));
    return offsets;
  }

  @Test
  void eachTargetIsWhereKafkaMeansIt() throws Exception {
    String time =
        LocalDateTime.ofInstant(START.plus(Duration.ofHours(5)), ZoneOffset.UTC).toString();
    Path file = Files.writeString(folder.resolve("offsets.csv"), "\"" + TOPIC + "\",0,4\n\n");

    assertThat(offsets("--to-earliest")).containsExactly(0L, 0L);
    assertThat(offsets("--to-latest")).containsExactly(10L, 10L);
    assertThat(offsets("--to-current")).containsExactly(8L, 6L);
    assertThat(offsets("--to-datetime", time)).containsExactly(5L, 5L);
    assertThat(offsets("--to-datetime", time + "Z")).containsExactly(5L, 5L);
    assertThat(offsets("--by-duration", "PT4H30M")).containsExactly(6L, 6L);
    assertThat(offsets("--to-offset", "3")).containsExactly(3L, 3L);
    assertThat(offsets("--to-offset", "99")).containsExactly(10L, 10L);
    assertThat(offsets("--shift-by", "-2")).containsExactly(6L, 4L);
    assertThat(offsets("--shift-by", "1")).containsExactly(9L, 7L);
    assertThat(offsets("--from-file", file.toString())).containsExactly(4L, 6L);
    assertThat(offsets("--run", "1")).containsExactly(2L, 3L);
    assertThat(offsets("--to-earliest", "--topic", TOPIC + ":1")).containsExactly(0L);
    assertThat(offsets("--to-offset", "1", "--topic", TOPIC + ":0,1")).containsExactly(1L, 1L);
  }

  @Test
  void aPlanTellsCallsAndKeysThatHaveExpired() throws Exception {
    JsonNode plan = plan("--to-earliest");

    assertThat(plan.path("readAgain").asLong()).isEqualTo(14);
    assertThat(plan.path("passedOver").asLong()).isZero();
    assertThat(plan.path("orders").toString()).isEqualTo("{\"COMPLETED\":12,\"PENDING\":2}");
    assertThat(plan.path("ordersPassedOver").toString()).isEqualTo("{}");
    assertThat(plan.path("calls").asLong()).isEqualTo(2);
    assertThat(plan.path("expiredKeys").asLong()).isEqualTo(1);
    assertThat(plan.has("result")).isFalse();
    assertThat(site.duly("replay", "--to-earliest").out())
        .containsPattern("orders PENDING +2\\R")
        .containsPattern("API calls at most +2\\R")
        .containsPattern("keys expired +1\\R");
  }

  @Test
  void aMoveForwardTellsWhoseRecordsArePassedOver() throws Exception {
    JsonNode plan = plan("--to-latest");

    assertThat(plan.path("readAgain").asLong()).isZero();
    assertThat(plan.path("passedOver").asLong()).isEqualTo(6);
    assertThat(plan.path("ordersPassedOver").toString())
        .isEqualTo("{\"COMPLETED\":5,\"FAILED\":1}");
    assertThat(plan.path("calls").asLong()).isZero();
    assertThat(site.duly("replay", "--to-latest").out())
        .containsPattern("passed over FAILED +1\\R");
  }

  @Test
  void whatWasDoneIsOneObjectAndKept() throws Exception {
    JsonNode done = plan("--to-offset", "7", "--execute", "--reason", "to see it");

    assertThat(done.path("moves")).hasSize(2);
    assertThat(done.path("result").path("moved").asBoolean()).isTrue();
    assertThat(done.path("result").path("members").asInt()).isZero();
    assertThat(site.committed("duly", FIRST)).isEqualTo(7);
    assertThat(site.committed("duly", SECOND)).isEqualTo(7);
    assertThat(site.duly("replay", "--history", "-o", "csv").out())
        .contains("to see it")
        .contains("0: 8 to 7, 1: 6 to 7")
        .contains("DONE");
  }

  @Test
  void asCsvTheMovesAreAloneAndTheRestIsNotes() {
    Done done = site.duly("replay", "--to-current", "-o", "csv");

    assertThat(done.out().lines()).hasSize(3);
    assertThat(done.notes()).contains("API calls at most");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--dead --to-earliest",
        "--dead --topic orders.due",
        "--to-earliest --force",
        "--to-earliest --max-calls 5",
        "--status FAILED --run 1 --topic orders.due:0",
        "--status FAILED --to-earliest",
        "--status FAILED --run 1 --max-redrives 5",
        "--status FAILED --run 1 -o json",
        "--history --dead",
        "--history --run 1",
        "--topic orders.due"
      })
  void optionsThatMeanNothingAreRefused(String options) {
    List<String> all = new ArrayList<>(List.of("replay", "--reason", "a test"));
    all.addAll(List.of(options.split(" ", -1)));

    Done done = site.duly(all.toArray(String[]::new));

    assertThat(done.exitCode()).as(done.toString()).isEqualTo(2);
    assertThat(done.notes()).containsPattern("means nothing with|say what to replay");
  }

  @Test
  void linesOfAnotherTopicOrPartitionAreRefused() throws Exception {
    Path other =
        Files.writeString(folder.resolve("other.csv"), TOPIC + ",0,4\norders.results,0,4\n");
    Path both = Files.writeString(folder.resolve("both.csv"), TOPIC + ",0,4\n" + TOPIC + ",1,4\n");

    Done done = site.duly("replay", "--from-file", other.toString());

    assertThat(done.exitCode()).isEqualTo(2);
    assertThat(done.notes()).contains("names orders.results-0", "take its line out");
    Done narrow = site.duly("replay", "--from-file", both.toString(), "--topic", TOPIC + ":0");
    assertThat(narrow.exitCode()).isEqualTo(2);
  }

  @Test
  void ordersAreNamedByAFile() throws Exception {
    Path ids = Files.writeString(folder.resolve("ids"), "20\n\n19\n");

    Done done = site.duly("replay", "--order-ids-from", ids.toString(), "--reason", "a test");

    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.out()).startsWith("1 order FAILED would be sent again with a new");
  }

  @Test
  void recordsArePutBackOnlyWithAReason() {
    assertThat(site.duly("replay", "--dead", "--execute").exitCode()).isEqualTo(2);
    assertThat(site.duly("replay", "--dead").exitCode()).isEqualTo(3);
  }
}
