package io.duly.runtime;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/**
 * Shows some of what Kafka's clients measure, as long as they measure it. Made by the clients
 * themselves. Thread-safe.
 */
public final class KafkaMeters implements MetricsReporter {
  private static final Set<String> CLIENT = Set.of("client-id");
  private static final String TOTAL = "-total";

  /** By group and name; only those of a client as a whole. */
  private static final Set<String> SHOWN =
      Set.of(
          "consumer-fetch-manager-metrics.records-consumed-total",
          "consumer-fetch-manager-metrics.fetch-latency-avg",
          "consumer-coordinator-metrics.rebalance-total",
          "consumer-coordinator-metrics.last-heartbeat-seconds-ago",
          "consumer-coordinator-metrics.assigned-partitions",
          "producer-metrics.record-send-total",
          "producer-metrics.record-error-total",
          "producer-metrics.request-latency-avg",
          "producer-metrics.txn-commit-time-ns-total");

  private final Map<MetricName, Meter> meters = new ConcurrentHashMap<>();

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void init(List<KafkaMetric> metrics) {
    metrics.forEach(this::metricChange);
  }

  @Override
  public void metricChange(KafkaMetric metric) {
    MetricName name = metric.metricName();
    String key = name.group() + "." + name.name();
    if (!SHOWN.contains(key) || !name.tags().keySet().equals(CLIENT)) {
      return;
    }
    String shown = "kafka." + key.replace("-metrics", "").replace('-', '.');
    Tags tags = Tags.of("client_id", String.valueOf(name.tags().get("client-id")));
    meters.put(
        name,
        key.endsWith(TOTAL)
            ? FunctionCounter.builder(
                    shown.substring(0, shown.length() - TOTAL.length()), metric, KafkaMeters::value)
                .tags(tags)
                .register(Metrics.globalRegistry)
            : Gauge.builder(shown, metric, KafkaMeters::value)
                .tags(tags)
                .register(Metrics.globalRegistry));
  }

  private static double value(KafkaMetric metric) {
    return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  @Override
  public void metricRemoval(KafkaMetric metric) {
    Meter meter = meters.remove(metric.metricName());
    if (meter != null) {
      var unused = Metrics.globalRegistry.remove(meter);
    }
  }

  @Override
  public void close() {
    meters.values().forEach(each -> Metrics.globalRegistry.remove(each));
    meters.clear();
  }
}
