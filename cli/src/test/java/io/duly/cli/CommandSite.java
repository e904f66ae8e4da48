package io.duly.cli;

import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A database and a broker on which a test runs commands, in this process. */
final class CommandSite implements AutoCloseable {
  /** What a command did. */
  record Done(int exitCode, String out, String notes) {}

  private final EmbeddedPostgres postgres;
  private final EmbeddedBroker broker;
  private final Map<String, String> settings = new HashMap<>();

  /** With {@code orders} orders that are COMPLETED. */
  CommandSite(Path folder, int orders) {
    this.postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    this.broker = EmbeddedBroker.start(folder.resolve("kafka"));
    settings.put("database.url", postgres.jdbcUrl());
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("topic.replication", "1");
    settings.put("topic.partitions", "2");
    settings.put("worker.group", "duly");
    settings.put("api.contract", "idempotent");
    settings.put("api.url", "http://127.0.0.1:1/orders");
    execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL)");
    execute("INSERT INTO orders SELECT n, 'COMPLETED' FROM generate_series(1, " + orders + ") n");
    Done init = duly("init");
    if (init.exitCode() != 0) {
      throw new IllegalStateException(init.toString());
    }
  }

  Done duly(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    settings.forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
    return run(all.toArray(String[]::new));
  }

  /** Runs {@code duly} without settings. */
  static Done run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter notes = new StringWriter();
    int exitCode = Main.execute(new PrintWriter(out), new PrintWriter(notes), arguments);
    return new Done(exitCode, out.toString(), notes.toString());
  }

  void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private KafkaClients kafka() {
    return new KafkaClients(Settings.of(settings));
  }

  void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    try (Producer<byte[], byte[]> producer = kafka().producer("test")) {
      for (ProducerRecord<byte[], byte[]> each : records) {
        producer.send(each).get();
      }
    }
  }

  void commit(String group, Map<TopicPartition, Long> offsets) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
    offsets.forEach((each, offset) -> all.put(each, new OffsetAndMetadata(offset)));
    try (Admin admin = kafka().admin()) {
      admin.alterConsumerGroupOffsets(group, all).all().get();
    }
  }

  /** What {@code group} has committed of {@code partition}. */
  long committed(String group, TopicPartition partition) throws Exception {
    try (Admin admin = kafka().admin()) {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .get(partition)
          .offset();
    }
  }

  @Override
  public void close() {
    broker.close();
    postgres.close();
  }
}
