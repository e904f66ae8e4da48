package io.duly.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes Kafka clients from the settings under {@code kafka.}, with the few properties that Duly's
 * promises rest on laid over them. Keys and values are bytes. Thread-safe; the clients are their
 * owners'.
 */
public final class KafkaClients {
  /** Kept by the call itself: a wait outside it would leave close() waiting for the call. */
  private static final int REACHABLE_MILLIS = 10_000;

  /** Values of the form ${file:…}, ${directory:…} and ${env:…} are read when a client is made. */
  private static final Map<String, String> PROVIDERS =
      Map.of(
          "config.providers", "file,directory,env",
          "config.providers.file.class", FileConfigProvider.class.getName(),
          "config.providers.directory.class", DirectoryConfigProvider.class.getName(),
          "config.providers.env.class", EnvVarConfigProvider.class.getName());

  private static final int POLL_SLACK_MILLIS = 30_000;

  private final Map<String, String> given;

  public KafkaClients(Settings settings) {
    checkPollInterval(settings);
    this.given = settings.kafka();
  }

  /** A worker that drains takes no part in its group: it must not be put out for that. */
  private static void checkPollInterval(Settings settings) {
    String interval = settings.kafka().getOrDefault("max.poll.interval.ms", "300000");
    long needed = settings.duration("worker.drain-timeout").toMillis() + POLL_SLACK_MILLIS;
    if (interval.matches("\\d{1,10}") && Long.parseLong(interval) < needed) {
      throw new UserError(
          "kafka.max.poll.interval.ms is "
              + interval
              + ": it must be at least worker.drain-timeout and 30s, "
              + needed
              + ", or the group puts a worker out that waits for its calls");
    }
  }

  /**
   * A consumer of committed records that starts at the earliest where {@code group} has no offset;
   * commits nothing by itself.
   */
  public Consumer<byte[], byte[]> consumer(String clientId, String group) {
    Map<String, Object> properties = properties(clientId);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    return newConsumer(properties);
  }

  /**
   * A consumer of committed records without a group, for assign() and seek(). It knows of
   * partitions that are added to a topic within half a minute.
   */
  public Consumer<byte[], byte[]> reader(String clientId) {
    Map<String, Object> properties = properties(clientId);
    properties.keySet().removeIf(key -> key.startsWith("group."));
    properties.putIfAbsent(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
    return newConsumer(properties);
  }

  private static Consumer<byte[], byte[]> newConsumer(Map<String, Object> properties) {
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** An idempotent producer that waits for all replicas. */
  public Producer<byte[], byte[]> producer(String clientId) {
    Map<String, Object> properties = producing(clientId);
    properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 131_072);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * A transactional producer; retry.backoff.ms is 5 because a new transaction waits that long for
   * the last one's marker, max.block.ms 20 s because its owner takes part in a group meanwhile.
   */
  public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
    Map<String, Object> properties = producing(transactionalId);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
    properties.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
    properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * As {@link #transactionalProducer}, ready to begin: the transaction of the one before under the
   * same id has ended. Throws, and leaves no producer, where the broker does not answer.
   */
  public Producer<byte[], byte[]> initializedProducer(String transactionalId) {
    Producer<byte[], byte[]> fresh = transactionalProducer(transactionalId);
    try {
      fresh.initTransactions();
    } catch (RuntimeException e) {
      fresh.close(Duration.ZERO);
      throw e;
    }
    return fresh;
  }

  private Map<String, Object> producing(String clientId) {
    Map<String, Object> properties = properties(clientId);
    properties.keySet().removeIf(key -> key.startsWith("group.") || key.startsWith("max.poll."));
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return properties;
  }

  public Admin admin() {
    return Admin.create(properties("duly-admin"));
  }

  /** As {@link #admin()}, each of whose calls ends within {@code patience}. */
  public Admin admin(Duration patience) {
    Map<String, Object> properties = properties("duly-admin");
    int millis = Math.toIntExact(patience.toMillis());
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    return Admin.create(properties);
  }

  /** Throws UserError where no broker answers or lets us in within 10 seconds. */
  public void checkReachable() {
    try (Admin admin = admin()) {
      admin.describeCluster(new DescribeClusterOptions().timeoutMs(REACHABLE_MILLIS)).nodes().get();
    } catch (ExecutionException | KafkaException e) {
      throw new UserError(KafkaFailure.message(e, given), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Map<String, Object> properties(String clientId) {
    Map<String, Object> properties = new HashMap<>(PROVIDERS);
    properties.putAll(given);
    properties.put("client.id", clientId);
    properties.merge(
        "metric.reporters", KafkaMeters.class.getName(), (own, ours) -> own + "," + ours);
    return properties;
  }
}
