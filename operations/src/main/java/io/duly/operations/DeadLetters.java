package io.duly.operations;

import io.duly.operations.DeadLetter.Kind;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jdbi.v3.core.Jdbi;

/**
 * Puts records that workers have set aside as unreadable back into the topic that they came from,
 * each once: what was put back is noted in the same transaction. A record that comes back again and
 * again is left where it is after so many times, until more is allowed. One thread.
 */
public final class DeadLetters implements AutoCloseable {
  private static final int STEP = 500;

  /**
   * Records that were set aside since the last time, or left then.
   *
   * @param redriven put back, or to be put back
   * @param exhausted left, because they were put back often enough
   * @param cut passed over for good, because they were too large to be kept whole
   */
  public record Count(long redriven, long exhausted, long cut) {
    private static final Count NONE = new Count(0, 0, 0);

    private Count plus(Kind kind) {
      return new Count(
          redriven + (kind == Kind.REDRIVEN ? 1 : 0),
          exhausted + (kind == Kind.EXHAUSTED ? 1 : 0),
          cut + (kind == Kind.CUT ? 1 : 0));
    }
  }

  /**
   * Who has records put back.
   *
   * @param most how many at the most
   */
  public record Permission(String who, String reason, long most) {}

  private final KafkaClients kafka;
  private final Consumer<byte[], byte[]> consumer;
  private final Jdbi jdbi;
  private final String group;
  private final String dead;
  private final String due;
  private final int redrives;
  private Count count = Count.NONE;

  /** Puts each record back at most {@code redrives} times. */
  public DeadLetters(Installation installation, int redrives) {
    this.kafka = new KafkaClients(installation.settings());
    this.jdbi = installation.database().jdbi();
    this.group = installation.settings().text("worker.group") + "-redrive";
    this.consumer = kafka.consumer("duly-redrive", group);
    this.dead = installation.topics().dead();
    this.due = installation.topics().due();
    this.redrives = redrives;
  }

  /** What {@link #redrive} would do; changes nothing. */
  public Count plan() {
    return plan(new DeadPositions(consumer, dead));
  }

  private Count plan(DeadPositions positions) {
    count = Count.NONE;
    positions.read(consumer, letter -> count = count.plus(letter.kind(redrives)));
    return count;
  }

  /**
   * Puts back what was set aside since the last time, and keeps who did it, why and what came of
   * it. Where nothing is to be put back, nothing is changed.
   *
   * @throws UserError where they are more than allowed, or another replay is under way; nothing is
   *     changed then
   */
  public Count redrive(Permission permission) {
    ReplayLock lock = ReplayLock.take(jdbi);
    try {
      DeadPositions positions = new DeadPositions(consumer, dead);
      Count planned = plan(positions);
      if (planned.redriven() > permission.most()) {
        throw new UserError(
            planned.redriven() + " records would be put back, more than " + permission.most());
      }
      return planned.redriven() == 0 ? planned : redrive(positions, permission);
    } finally {
      lock.close();
    }
  }

  private Count redrive(DeadPositions positions, Permission permission) {
    ReplayLog log = new ReplayLog(jdbi);
    long entry =
        log.add(
            new ReplayLog.Asked(permission.who(), permission.reason(), group, dead),
            positions.moves());
    count = Count.NONE;
    try (Producer<byte[], byte[]> producer = kafka.initializedProducer(group)) {
      List<DeadLetter> step = new ArrayList<>();
      positions.read(
          consumer,
          letter -> {
            step.add(letter);
            if (step.size() >= STEP) {
              send(producer, positions, step);
            }
          });
      send(producer, positions, step);
    } catch (RuntimeException e) {
      log.settle(
          entry, ReplayLog.Outcome.FAILED, count.redriven() + " records were put back before " + e);
      throw e;
    }
    log.settle(entry, ReplayLog.Outcome.DONE, count.redriven() + " records were put back");
    return count;
  }

  private void send(
      Producer<byte[], byte[]> producer, DeadPositions positions, List<DeadLetter> letters) {
    if (letters.isEmpty()) {
      return;
    }
    Count counted = count;
    producer.beginTransaction();
    for (DeadLetter each : letters) {
      Kind kind = each.kind(redrives);
      if (kind == Kind.REDRIVEN) {
        var unused = producer.send(each.again(due));
      }
      positions.pass(each, kind);
      counted = counted.plus(kind);
    }
    producer.sendOffsetsToTransaction(positions.takeChanged(), consumer.groupMetadata());
    producer.commitTransaction();
    count = counted;
    letters.clear();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
