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
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jdbi.v3.core.Jdbi;

/**
 * Has the workers read records again, or pass records over, by moving the offsets of their group.
 * Whether an order is called again is decided by the claim as for any other record: one that has a
 * result is not. One thread.
 */
public final class Replay implements AutoCloseable {
  /** How long workers stay out of the group after the last request. */
  private static final Duration LEASE = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(200);

  /** A member that died is one until its session is over; a living one ends its calls first. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String CLAIMED =
      """
      SELECT count(*) FROM duly.attempt a
      JOIN unnest(:partitions::int[], :after::bigint[], :before::bigint[]) AS m(part, after, before)
        ON a.source_partition = m.part AND a.source_offset >= m.after AND a.source_offset < m.before
      WHERE a.claimed_at >= :since
      """;

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
  private final Stop stop = new Stop();

  public Replay(Installation installation) {
    this.installation = installation;
    this.jdbi = installation.database().jdbi();
    this.kafka = new KafkaClients(installation.settings());
    this.admin = kafka.admin();
    this.oldest = new OldestRecords(kafka);
    this.group = installation.settings().text("worker.group");
    this.topic = installation.topics().due();
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
   * did it and why, and lets them join again.
   *
   * @throws UserError where members are left after two minutes; nothing is changed then
   */
  public Moved execute(
      List<TopicPartition> partitions, ReplayTarget target, String who, String reason)
      throws InterruptedException, ExecutionException {
    Aside aside = new Aside(jdbi);
    try {
      int members = awaitEmpty(aside);
      List<Move> moves = moves(partitions, target);
      OffsetDateTime at =
          jdbi.withHandle(
              handle ->
                  handle.createQuery("SELECT clock_timestamp()").mapTo(OffsetDateTime.class).one());
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      moves.forEach(each -> offsets.put(each.partition(), new OffsetAndMetadata(each.after())));
      ReplayLog log = new ReplayLog(jdbi);
      long entry = log.add(who, reason, group, topic, moves);
      try {
        admin.alterConsumerGroupOffsets(group, offsets).all().get();
      } catch (ExecutionException e) {
        log.remove(entry);
        throw e;
      }
      return new Moved(moves, members, at);
    } finally {
      aside.end();
    }
  }

  private int awaitEmpty(Aside aside) throws InterruptedException, ExecutionException {
    int before = members().size();
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      aside.ask(LEASE);
      Collection<MemberDescription> members = members();
      if (members.isEmpty()) {
        return before;
      }
      if (System.nanoTime() > until || stop.pause(LOOK)) {
        throw new UserError(
            "group "
                + group
                + " still has members after two minutes, and Kafka moves no offsets of such a group: stop "
                + members.stream().map(MemberDescription::clientId).sorted().distinct().toList());
      }
    }
  }

  private Collection<MemberDescription> members() throws InterruptedException, ExecutionException {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .flatMap(each -> each.members().stream())
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Waits until the group has passed all records that {@code moved} made it read again; tells how
   * many offsets are left.
   */
  public void follow(Moved moved, LongConsumer left)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, Long> ends = new HashMap<>();
    moved.moves().forEach(each -> ends.put(each.partition(), each.before()));
    LagReader reader = new LagReader(admin, oldest, group);
    long rest;
    do {
      rest = 0;
      for (PartitionLag each : reader.read(List.of(topic))) {
        long passed = each.lag() == 0 ? each.end() : each.end() - each.lag();
        rest += Math.max(0, ends.getOrDefault(each.partition(), 0L) - passed);
      }
      left.accept(rest);
    } while (rest > 0 && !stop.pause(LOOK));
  }

  /** How many orders were claimed from the records that were read again. */
  public long claimed(Moved moved) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(CLAIMED)
                .bindArray(
                    "partitions",
                    Integer.class,
                    moved.moves().stream().map(each -> each.partition().partition()).toList())
                .bindArray("after", Long.class, moved.moves().stream().map(Move::after).toList())
                .bindArray("before", Long.class, moved.moves().stream().map(Move::before).toList())
                .bind("since", moved.at())
                .mapTo(Long.class)
                .one());
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
