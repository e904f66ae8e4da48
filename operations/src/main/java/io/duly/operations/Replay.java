package io.duly.operations;

import io.duly.operations.ReplayPlan.Move;
import io.duly.orders.Aside;
import io.duly.orders.ClaimTerms;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Stop;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the workers read records again, or pass records over, by moving the offsets of their group.
 * Whether an order is called again is decided by the claim as for any other record: one that has a
 * result is not. One thread.
 */
public final class Replay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replay.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration COUNTING = Duration.ofSeconds(10);

  /** Failures in a row after which nothing more is told of what goes on all the same. */
  private static final int FOLLOW_FAILURES = 3;

  /** A member that died is one until its session is over; a living one ends its calls first. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * What was done.
   *
   * @param moves as they were made
   * @param members how many members the group had before; 0 where nobody reads on
   * @param at when, by the database's clock
   */
  public record Moved(List<Move> moves, int members, OffsetDateTime at) {
    public Moved {
      moves = List.copyOf(moves);
    }
  }

  private final Installation installation;
  private final Jdbi jdbi;
  private final KafkaClients kafka;
  private final Admin admin;
  private final OldestRecords oldest;
  private final String group;
  private final String topic;
  private final EmptyGroup empty;
  private final Stop stop = new Stop();

  public Replay(Installation installation) {
    this(installation, PATIENCE);
  }

  /** Waits for members that do not leave as long as {@code patience}. */
  Replay(Installation installation, Duration patience) {
    this.installation = installation;
    this.jdbi = installation.database().jdbi();
    this.kafka = new KafkaClients(installation.settings());
    this.admin = kafka.admin();
    this.oldest = new OldestRecords(kafka);
    this.group = installation.settings().text("worker.group");
    this.topic = installation.topics().due();
    this.empty = new EmptyGroup(admin, group, patience);
  }

  public Admin admin() {
    return admin;
  }

  /** The partitions of the topic of due orders; those of {@code numbers} unless it is empty. */
  public List<TopicPartition> partitions(Collection<Integer> numbers)
      throws InterruptedException, ExecutionException {
    int count = installation.topics().partitionsOfDue(admin);
    TreeSet<Integer> wanted = new TreeSet<>(numbers);
    if (wanted.isEmpty()) {
      for (int i = 0; i < count; i++) {
        wanted.add(i);
      }
    }
    if (wanted.first() < 0 || wanted.last() >= count) {
      throw new UserError("topic " + topic + " has partitions 0 to " + (count - 1));
    }
    return wanted.stream().map(each -> new TopicPartition(topic, each)).toList();
  }

  /** What a move of {@code partitions} to {@code target} would do; changes nothing. */
  public ReplayPlan plan(List<TopicPartition> partitions, ReplayTarget target)
      throws InterruptedException, ExecutionException {
    try (Consumer<byte[], byte[]> consumer = kafka.reader("duly-replay")) {
      return new TouchedOrders(jdbi, installation.table(), ClaimTerms.of(installation.settings()))
          .plan(consumer, moves(partitions, target));
    }
  }

  private List<Move> moves(List<TopicPartition> partitions, ReplayTarget target)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, PartitionEnds> ends = PartitionEnds.read(admin, partitions);
    List<Move> moves = new ArrayList<>();
    for (TopicPartition each : partitions) {
      OffsetAndMetadata found = committed.get(each);
      Long offset = found == null ? null : found.offset();
      PartitionEnds end = ends.getOrDefault(each, new PartitionEnds(0, 0, 0));
      long before = end.position(offset);
      long after = target.offset(each, end, before);
      moves.add(new Move(each, offset, before, Math.max(end.start(), Math.min(after, end.end()))));
    }
    return moves;
  }

  /**
   * Moves {@code partitions} to {@code target}: has all workers leave their group, moves, keeps who
   * did it, why and what came of it, and lets them join again. Once it has moved it returns.
   *
   * @throws UserError where members are left after two minutes, or another replay is under way;
   *     nothing is changed then
   * @throws ExecutionException where the broker says no, or does not say whether it has moved
   */
  public Moved execute(
      List<TopicPartition> partitions, ReplayTarget target, String who, String reason)
      throws InterruptedException, ExecutionException {
    ReplayLock lock = ReplayLock.take(jdbi);
    Aside aside = new Aside(jdbi);
    try {
      int members = empty.await(aside, stop);
      List<Move> moves = moves(partitions, target);
      OffsetDateTime at =
          jdbi.withHandle(
              handle ->
                  handle.createQuery("SELECT clock_timestamp()").mapTo(OffsetDateTime.class).one());
      move(moves, new ReplayLog.Asked(who, reason, group, topic));
      return new Moved(moves, members, at);
    } finally {
      // Where the database is away, both end without us: the request in seconds, the lock with it.
      attempt("end", aside::end);
      attempt("unlock", lock::close);
    }
  }

  private void move(List<Move> moves, ReplayLog.Asked asked)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    moves.forEach(each -> offsets.put(each.partition(), new OffsetAndMetadata(each.after())));
    ReplayLog history = new ReplayLog(jdbi);
    long entry = history.add(asked, moves);
    try {
      admin.alterConsumerGroupOffsets(group, offsets).all().get();
    } catch (ExecutionException e) {
      // A time-out does not say that the broker has not done it.
      String why = e.getCause() + "; 'duly lag' shows whether they were moved";
      attempt("settle", () -> history.settle(entry, ReplayLog.Outcome.FAILED, why));
      throw e;
    }
    attempt("settle", () -> history.settle(entry, ReplayLog.Outcome.DONE, null));
  }

  /** What has been done is not undone by a failure to tidy up after it. */
  private static void attempt(String step, Runnable work) {
    try {
      work.run();
    } catch (JdbiException e) {
      log.warn("Replay could not tidy up step={}", step, e);
    }
  }

  /**
   * Waits until the group has passed all records that {@code moved} made it read again; tells how
   * many offsets are left. False where that was not seen: it was stopped, or Kafka did not tell.
   */
  public boolean follow(Moved moved, LongConsumer left) throws InterruptedException {
    Map<TopicPartition, Long> ends = new HashMap<>();
    moved.moves().forEach(each -> ends.put(each.partition(), each.before()));
    LagReader reader = new LagReader(admin, oldest, group);
    int failures = 0;
    do {
      try {
        long rest = rest(reader, ends);
        failures = 0;
        left.accept(rest);
        if (rest == 0) {
          return true;
        }
      } catch (ExecutionException | KafkaException e) {
        failures++;
        log.warn("Replay cannot be followed, trying again failures={}", failures, e);
      }
    } while (failures < FOLLOW_FAILURES && !stop.pause(LOOK));
    return false;
  }

  private long rest(LagReader reader, Map<TopicPartition, Long> ends)
      throws InterruptedException, ExecutionException {
    long rest = 0;
    for (PartitionLag each : reader.read(List.of(topic))) {
      long passed = each.lag() == 0 ? each.end() : each.end() - each.lag();
      rest += Math.max(0, ends.getOrDefault(each.partition(), 0L) - passed);
    }
    return rest;
  }

  /**
   * How many orders were claimed from the records that were read again; null where the attempts are
   * too many to count them in ten seconds.
   */
  public @Nullable Long claimed(Moved moved) {
    return new ClaimedAgain(jdbi, COUNTING).since(moved.at(), moved.moves());
  }

  /** Ends {@link #execute} and {@link #follow} early. */
  public void stop() {
    stop.raise();
  }

  @Override
  public void close() {
    oldest.close();
    admin.close();
  }
}
