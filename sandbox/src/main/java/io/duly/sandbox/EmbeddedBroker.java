package io.duly.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One Kafka broker with its controller inside this JVM, on 127.0.0.1, for demos and tests. Its data
 * lives in one folder and outlives {@link #close()}; a later start on the folder continues with it,
 * at the same address where that is still free. Transactions, both group protocols and share groups
 * work; topics are created only on request.
 *
 * <p>Uses Kafka's internals, so the version of kafka_2.13 and this class change together. Any
 * thread may use it.
 */
public final class EmbeddedBroker implements AutoCloseable {
  static final int NODE = 1;
  static final String CONTROLLER = "CONTROLLER";

  private final KafkaRaftServer server;
  private final int port;
  private final FolderLock lock;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(KafkaRaftServer server, int port, FolderLock lock) {
    this.server = server;
    this.port = port;
    this.lock = lock;
  }

  /**
   * Starts a broker on the folder and returns when clients can use it.
   *
   * @param dataFolder created and formatted if it does not exist
   * @throws IllegalStateException if another server holds the folder, or if it does not come up,
   *     with Kafka's reason as the cause
   */
  public static EmbeddedBroker start(Path dataFolder) {
    return start(dataFolder, Map.of());
  }

  /** The same with {@code more} of the broker's own properties over those it has. */
  public static EmbeddedBroker start(Path dataFolder, Map<String, String> more) {
    Path folder = dataFolder.toAbsolutePath().normalize();
    FolderLock lock = FolderLock.take(folder);
    try {
      Path log = folder.resolve("log");
      format(log);
      BrokerPorts ports = BrokerPorts.rememberedIn(folder);
      Map<String, String> settings = BrokerSettings.of(log, ports);
      settings.putAll(more);
      return new EmbeddedBroker(started(new KafkaConfig(settings, false)), ports.broker(), lock);
    } catch (RuntimeException e) {
      lock.close();
      throw new IllegalStateException(
          "the embedded broker did not start on " + folder + ": " + rootOf(e), e);
    }
  }

  private static Throwable rootOf(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .reduce(failure, (outer, inner) -> inner);
  }

  private static KafkaRaftServer started(KafkaConfig config) {
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
  }

  private static void format(Path log) {
    try {
      Files.createDirectories(log);
      if (!Files.exists(log.resolve("meta.properties"))) {
        format(log.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + log, e);
    }
  }

  private static void format(String log) {
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(nowhere)
          .setNodeId(NODE)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(CONTROLLER)
          .setDirectories(List.of(log))
          .setMetadataLogDirectory(log)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("cannot format " + log + " for Kafka", e);
    }
  }

  /** What clients need as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Stops broker and controller in good order; does nothing the second time. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.shutdown();
      server.awaitShutdown();
      lock.close();
    }
  }
}
