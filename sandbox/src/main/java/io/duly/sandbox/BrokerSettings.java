package io.duly.sandbox;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of a single broker that is its own controller: small, local, quick to recover. */
final class BrokerSettings {
  private static final Map<String, String> COORDINATION =
      Map.ofEntries(
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("offsets.topic.num.partitions", "4"),
          Map.entry("offsets.topic.segment.bytes", "1048576"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("transaction.state.log.num.partitions", "4"),
          Map.entry("transaction.state.log.segment.bytes", "1048576"),
          Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("group.min.session.timeout.ms", "1000"),
          Map.entry("group.consumer.min.session.timeout.ms", "1000"),
          Map.entry("group.consumer.session.timeout.ms", "6000"),
          Map.entry("group.consumer.min.heartbeat.interval.ms", "200"),
          Map.entry("group.consumer.heartbeat.interval.ms", "1000"));
  private static final Map<String, String> SIZE =
      Map.ofEntries(
          Map.entry("auto.create.topics.enable", "false"),
          Map.entry("default.replication.factor", "1"),
          Map.entry("min.insync.replicas", "1"),
          Map.entry("broker.session.timeout.ms", "1500"),
          Map.entry("broker.heartbeat.interval.ms", "300"),
          Map.entry("log.segment.bytes", "67108864"),
          Map.entry("log.index.size.max.bytes", "1048576"),
          Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "4"),
          Map.entry("background.threads", "2"),
          Map.entry("group.coordinator.threads", "1"),
          Map.entry("share.coordinator.threads", "1"));

  private BrokerSettings() {}

  static Map<String, String> of(Path log, BrokerPorts ports) {
    Map<String, String> settings = new LinkedHashMap<>(COORDINATION);
    settings.putAll(SIZE);
    String broker = "BROKER://127.0.0.1:" + ports.broker();
    String controller = "127.0.0.1:" + ports.controller();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(EmbeddedBroker.NODE));
    settings.put("controller.quorum.voters", EmbeddedBroker.NODE + "@" + controller);
    settings.put("controller.listener.names", EmbeddedBroker.CONTROLLER);
    settings.put("listeners", broker + "," + EmbeddedBroker.CONTROLLER + "://" + controller);
    settings.put("advertised.listeners", broker);
    settings.put("inter.broker.listener.name", "BROKER");
    settings.put(
        "listener.security.protocol.map",
        "BROKER:PLAINTEXT," + EmbeddedBroker.CONTROLLER + ":PLAINTEXT");
    settings.put("log.dirs", log.toString());
    return settings;
  }
}
