package io.duly.reconciler;

import io.duly.orders.Incarnations;
import io.duly.orders.Intent;
import io.duly.orders.Positions;
import io.duly.orders.Recollection;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a database that was restarted with the claims announced in Kafka, and lets workers claim
 * there only afterwards. It need not read all of them: the end of the topic is saved in the
 * database itself now and then, and a database that remembers having saved an end remembers every
 * claim announced before it, because it forgets only its latest commits. One thread.
 */
final class Memory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Memory.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Jdbi jdbi;
  private final Incarnations incarnations;
  private final Recollection recollection;
  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private long savedEnd = -1;

  /** Takes the {@code consumer} over, to read {@code topic}. */
  Memory(
      Jdbi jdbi,
      Incarnations incarnations,
      Recollection recollection,
      Consumer<byte[], byte[]> consumer,
      String topic) {
    this.jdbi = jdbi;
    this.incarnations = incarnations;
    this.recollection = recollection;
    this.consumer = consumer;
    this.partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
  }

  /** Compares the database where it is not trusted; returns how many claims it had forgotten. */
  int once() {
    OffsetDateTime current = incarnations.current();
    boolean trusted = incarnations.isTrusted();
    long end = end(); // read before it is saved, and after the server was asked for its name
    int forgotten = 0;
    if (!trusted) {
      forgotten = compare(end);
      Failpoint.RECONCILER_RECALLED.reach();
      if (incarnations.trust(current).isEmpty()) {
        return forgotten; // another restart: from the beginning
      }
      log.info("The database is trusted forgotten={}", forgotten);
    }
    save(end);
    return forgotten;
  }

  private long end() {
    return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  private void save(long end) {
    if (end == savedEnd) {
      return;
    }
    boolean saved =
        jdbi.inTransaction(
            handle -> {
              boolean trusted = Incarnations.isTrusted(handle);
              if (trusted) {
                Positions.save(handle, partition.topic(), Map.of(partition.partition(), end));
              }
              return trusted;
            });
    savedEnd = saved ? end : -1;
  }

  private int compare(long end) {
    long start = start();
    consumer.seek(partition, start);
    int forgotten = 0;
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
        forgotten += recollection.recall(Intent.parse(each.value()));
      }
    }
    if (forgotten > 0) {
      log.error(
          "The database has forgotten claims: their orders are in doubt, see their attempts orders={}",
          forgotten);
    }
    return forgotten;
  }

  /** Where to begin: what was announced before is remembered. */
  private long start() {
    long saved =
        jdbi.withHandle(handle -> Positions.read(handle, partition.topic()))
            .getOrDefault(partition.partition(), 0L);
    long earliest = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (saved < earliest) {
      log.error(
          "Intents are missing that the database may have forgotten: raise the retention of the topic topic={} from={} to={}",
          partition.topic(),
          saved,
          earliest);
    }
    return Math.max(saved, earliest);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
