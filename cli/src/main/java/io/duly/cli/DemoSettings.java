package io.duly.cli;

import java.util.HashMap;
import java.util.Map;

/** The settings of a demonstration: those of its servers, and time-outs short enough to watch. */
final class DemoSettings {
  private DemoSettings() {}

  static Map<String, String> of(DemoServers servers, DemoOptions options) {
    Map<String, String> settings = new HashMap<>();
    settings.put("database.url", servers.postgres().jdbcUrl());
    settings.put("kafka.bootstrap.servers", servers.broker().bootstrapServers());
    settings.put("kafka.session.timeout.ms", "6000");
    settings.put("kafka.heartbeat.interval.ms", "1000");
    settings.put("orders.table", "public.orders");
    settings.put("topic.replication", "1");
    settings.put("api.contract", options.contract.toString().toLowerCase(java.util.Locale.ROOT));
    settings.put("api.url", servers.api().resolve("/orders/process").toString());
    settings.put("api.lookup-url", servers.api().resolve("/orders/").toString() + "{id}");
    settings.put("api.failure-status", "402");
    settings.put("api.rate", String.valueOf(options.rate));
    settings.put("api.concurrency", "128");
    settings.put("api.timeout", "4s");
    settings.put("api.processing-time", "1s");
    settings.put("worker.send-window", "3s");
    settings.put("worker.heartbeat-interval", "500ms");
    settings.put("worker.heartbeat-timeout", "4s");
    settings.put("reconciler.interval", "250ms");
    settings.put("reconciler.retry-not-executed", "true");
    return settings;
  }

  /** The same settings as environment variables of another process. */
  static Map<String, String> environment(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    settings.forEach(
        (key, value) -> environment.put(io.duly.runtime.SettingsLoader.variable(key), value));
    return environment;
  }
}
