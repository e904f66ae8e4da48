package io.duly.operations;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Problem.Kind;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** How far the workers' group has come, by partition, with its course. One thread. */
final class LagView implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Short enough that those who watch hear of a broker that does not answer. */
  private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(3);

  private final String topic;
  private final Admin admin;
  private final OldestRecords oldest;
  private final LagReader reader;
  private final LagTrend trend = new LagTrend();
  private @Nullable List<PartitionLag> lags;

  LagView(Installation installation) {
    KafkaClients kafka = new KafkaClients(installation.settings());
    this.topic = installation.topics().due();
    this.admin = kafka.admin(KAFKA_PATIENCE);
    this.oldest = new OldestRecords(kafka);
    this.reader = new LagReader(admin, oldest, installation.settings().text("worker.group"));
  }

  /** The lag that the last {@link #read} has told; empty where it could not be read. */
  Optional<List<PartitionLag>> lags() {
    return Optional.ofNullable(lags);
  }

  /** As it is now; empty where it cannot be read, which is added to {@code problems}. */
  ArrayNode read(List<Problem> problems) throws InterruptedException {
    ArrayNode partitions = JSON.createArrayNode();
    lags = null;
    try {
      List<PartitionLag> found = reader.read(List.of(topic));
      lags = found;
      trend.add(found, System.nanoTime());
      Instant now = Instant.now();
      found.forEach(each -> partitions.add(partition(each, now)));
    } catch (ExecutionException | KafkaException e) {
      problems.add(new Problem(Kind.KAFKA_NOT_READ, String.valueOf(e.getMessage())));
    }
    return partitions;
  }

  private ObjectNode partition(PartitionLag each, Instant now) {
    LagTrend.Course course = trend.of(each.partition());
    Duration age = each.age(now);
    Duration eta = course == null ? null : course.eta();
    return JSON.createObjectNode()
        .put("partition", each.partition().partition())
        .put("committed", each.committed())
        .put("end", each.end())
        .put("lag", each.lag())
        .put("age", age == null ? null : age.toMillis() / 1e3)
        .put("member", each.member() == null ? null : each.member().clientId())
        .put("trend", course == null ? null : course.trend())
        .put("rate", course == null ? null : course.rate())
        .put("eta", eta == null ? null : eta.toMillis() / 1e3);
  }

  @Override
  public void close() {
    oldest.close();
    admin.close();
  }
}
