package io.duly.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.operations.ReplayPlan.Move;
import io.duly.orders.Aside;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.UserError;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When offsets are not moved, and what is kept of a move. */
class ReplayGuardTest {
  private static final TopicPartition PARTITION = new TopicPartition("orders.due", 0);
  private static final Move BACK = new Move(PARTITION, 5L, 5, 0);

  @TempDir static Path folder;

  private static Site site;
  private static Installation installation;

  @BeforeAll
  static void start() throws Exception {
    site = new Site(folder);
    installation = site.open();
  }

  @AfterAll
  static void stop() {
    installation.close();
    site.close();
  }

  private static long replays() {
    return installation
        .database()
        .jdbi()
        .withHandle(
            handle -> handle.select("SELECT count(*) FROM duly.replay").mapTo(Long.class).one());
  }

  @Test
  void aStrangerInTheGroupIsNamedAndNothingIsMoved() throws Exception {
    String group = "strangers";
    KafkaClients kafka = new KafkaClients(site.settings());
    try (Installation own = site.open("worker.group", group);
        Consumer<byte[], byte[]> stranger = kafka.consumer("stranger", group);
        Admin admin = kafka.admin();
        Replay replay = new Replay(own, Duration.ofSeconds(1))) {
      stranger.subscribe(List.of("orders.due"));
      Awaitility.await()
          .until(
              () -> {
                stranger.poll(Duration.ofMillis(100));
                return !stranger.assignment().isEmpty();
              });
      long before = replays();

      assertThatThrownBy(
              () ->
                  replay.execute(
                      replay.partitions(List.of()), ReplayTarget.latest(), "ann", "a test"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("still has members after 1 s")
          .hasMessageContaining("[stranger]");

      assertThat(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
          .isEmpty();
      assertThat(replays()).isEqualTo(before);
      assertThat(new Aside(own.database().jdbi()).isAsked()).isFalse();
    }
  }

  @Test
  void oneWhoComesSecondIsRefusedAndFreesNoWorkers() throws Exception {
    Aside aside = new Aside(installation.database().jdbi());
    try (Replay replay = new Replay(installation);
        DeadLetters letters = new DeadLetters(installation, 3)) {
      List<TopicPartition> partitions = replay.partitions(List.of());
      ReplayLock first = ReplayLock.take(installation.database().jdbi());
      aside.ask(Duration.ofMinutes(1));

      assertThatThrownBy(() -> replay.execute(partitions, ReplayTarget.earliest(), "ann", "a test"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("another replay is moving offsets now");
      assertThatThrownBy(() -> letters.redrive(new DeadLetters.Permission("ann", "a test", 1)))
          .isInstanceOf(UserError.class);
      assertThat(aside.isAsked()).isTrue();

      first.close();
      Replay.Moved moved = replay.execute(partitions, ReplayTarget.earliest(), "ann", "a test");

      assertThat(moved.members()).isZero();
      assertThat(aside.isAsked()).isFalse();
      assertThat(new ReplayLog(installation.database().jdbi()).list(1))
          .singleElement()
          .satisfies(each -> assertThat(each.outcome()).isEqualTo("DONE"));
    }
  }

  @Test
  void aMoveIsKeptWhateverCameOfIt() {
    ReplayLog log = new ReplayLog(installation.database().jdbi());
    ReplayLog.Asked asked = new ReplayLog.Asked("ann", "a test", "duly", "orders.due");

    long entry = log.add(asked, List.of(BACK));
    assertThat(log.list(1).get(0).outcome()).isEqualTo("ASKED");
    log.settle(entry, ReplayLog.Outcome.FAILED, "the broker did not answer");

    assertThat(log.list(1).get(0).outcome()).isEqualTo("FAILED: the broker did not answer");
    assertThat(log.list(1).get(0).changes()).isEqualTo("0: 5 to 0");
  }

  @Test
  void countsWhatWasClaimedOfRunsThatWereOpenAndNothingWhereThatTakesTooLong() {
    installation
        .database()
        .jdbi()
        .useHandle(
            handle -> {
              handle.execute(
                  "INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at) OVERRIDING SYSTEM VALUE VALUES (7, 'test', now(), now(), 'PUBLISHED', 'test', now())");
              handle.execute(
                  """
                  INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset, claimed_at)
                  SELECT n, 1, gen_random_uuid(), 7, 'w', 0, 0, n, now() FROM generate_series(1, 9) n
                  """);
            });
    var jdbi = installation.database().jdbi();
    OffsetDateTime since = OffsetDateTime.now().minusMinutes(5);

    assertThat(new ClaimedAgain(jdbi, Duration.ofSeconds(10)).since(since, List.of(BACK)))
        .isEqualTo(4);
    jdbi.useTransaction(
        handle -> {
          handle.execute("LOCK TABLE duly.attempt");
          assertThat(countedElsewhere(since)).isNull();
        });
  }

  /** On another thread, as Jdbi gives this one the transaction that it is in. */
  private static Long countedElsewhere(OffsetDateTime since) {
    return java.util.concurrent.CompletableFuture.supplyAsync(
            () ->
                new ClaimedAgain(installation.database().jdbi(), Duration.ofMillis(200))
                    .since(since, List.of(BACK)))
        .join();
  }
}
