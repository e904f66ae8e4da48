package io.duly.e2e;

import io.duly.sandbox.SampleContract;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The settings of a round or a shop: small batches, so that every place is reached, and short
 * leases.
 */
public final class SmallSettings {
  private SmallSettings() {}

  /** The settings of the installation {@code name} beside the orders table of a database. */
  public static Map<String, String> of(
      String name, String url, String bootstrapServers, SampleContract contract, URI api) {
    Map<String, String> settings = new HashMap<>();
    settings.put("installation", name);
    settings.put("database.url", url);
    settings.put("database.pool-size", "6");
    settings.put("kafka.bootstrap.servers", bootstrapServers);
    settings.put("kafka.session.timeout.ms", "3000");
    settings.put("kafka.heartbeat.interval.ms", "500");
    for (String topic : new String[] {"due", "results", "dead", "intents"}) {
      settings.put("topic." + topic, name + "." + topic);
    }
    settings.put("topic.replication", "1");
    settings.put("topic.partitions", "8");
    settings.put("orders.table", "public.orders");
    settings.put("ingest.page", "60");
    settings.put("ingest.patience", "2s");
    settings.put("api.contract", contract.toString().toLowerCase(Locale.ROOT));
    settings.put("api.url", api.resolve("/orders/process").toString());
    settings.put("api.lookup-url", api.resolve("/orders/") + "{id}");
    settings.put("api.failure-status", "402");
    settings.put("api.concurrency", "4");
    settings.put("api.timeout", "1500ms");
    // the quiet period before a lookup is believed outlasts every pause of a worker
    settings.put("api.processing-time", contract == SampleContract.LOOKUP ? "6s" : "300ms");
    settings.put("worker.group", name);
    settings.put("worker.window", "12");
    settings.put("worker.send-window", "1s");
    settings.put("worker.heartbeat-interval", "300ms");
    settings.put("worker.heartbeat-timeout", "2s");
    settings.put("worker.drain-timeout", "3s");
    settings.put("retry.first-wait", "100ms");
    settings.put("reconciler.interval", "200ms");
    settings.put("reconciler.grace", "2s");
    settings.put("reconciler.retry-not-executed", "true");
    return settings;
  }
}
