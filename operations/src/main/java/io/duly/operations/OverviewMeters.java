package io.duly.operations;

import com.fasterxml.jackson.databind.JsonNode;
import io.duly.runtime.Loop;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Shows how the installation stands as gauges, looked at every ten seconds: runs, doubts, problems,
 * and the lag under the names of kafka-lag-exporter. A series goes with what it is about.
 * Thread-safe.
 */
public final class OverviewMeters implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final Overview overview;
  private final String group;
  private final String topic;
  private final MultiGauge lag = gauge("kafka.consumergroup.group.lag");
  private final MultiGauge lagSeconds = gauge("kafka.consumergroup.group.lag.seconds");
  private final MultiGauge offset = gauge("kafka.consumergroup.group.offset");
  private final MultiGauge latest = gauge("kafka.partition.latest.offset");
  private final MultiGauge most = gauge("kafka.consumergroup.group.max.lag");
  private final MultiGauge mostSeconds = gauge("kafka.consumergroup.group.max.lag.seconds");
  private final MultiGauge sum = gauge("kafka.consumergroup.group.sum.lag");
  private final MultiGauge selected = gauge("duly.run.selected");
  private final MultiGauge results = gauge("duly.run.results");
  private final MultiGauge inDoubt = gauge("duly.orders.in.doubt");
  private final MultiGauge stuck = gauge("duly.orders.stuck");
  private final MultiGauge retained = gauge("duly.log.retained.bytes");
  private final MultiGauge confirmed = gauge("duly.log.confirmed.ago.seconds");
  private final MultiGauge problems = gauge("duly.problem");
  private final Loop looking;

  private OverviewMeters(Installation installation) {
    this.overview = new Overview(installation);
    this.group = installation.settings().text("worker.group");
    this.topic = installation.topics().due();
    this.looking = Loop.start("overview-meters", EVERY, this::look);
  }

  /** Begins to look. */
  public static OverviewMeters start(Installation installation) {
    return new OverviewMeters(installation);
  }

  private static MultiGauge gauge(String name) {
    return MultiGauge.builder(name).register(Metrics.globalRegistry);
  }

  private int look() throws InterruptedException {
    JsonNode found = overview.read();
    showLag(found.path("lag"));
    showRuns(found.path("runs"));
    one(inDoubt, found.path("inDoubt").asDouble());
    one(stuck, found.path("stuck").size());
    one(retained, found.path("log").path("retainedBytes").asDouble());
    one(confirmed, found.path("log").path("confirmedAgo").asDouble(Double.NaN));
    Set<String> there = new HashSet<>();
    found.path("problems").forEach(each -> there.add(each.path("kind").asText()));
    List<Row<?>> rows = new ArrayList<>();
    for (Problem.Kind each : Problem.Kind.values()) {
      rows.add(
          Row.of(
              Tags.of("kind", each.name(), "urgent", String.valueOf(each.isUrgent())),
              there.contains(each.name()) ? 1 : 0));
    }
    problems.register(rows, true);
    return 0;
  }

  private void showLag(JsonNode partitions) {
    List<Row<?>> lags = new ArrayList<>();
    List<Row<?>> seconds = new ArrayList<>();
    List<Row<?>> offsets = new ArrayList<>();
    List<Row<?>> ends = new ArrayList<>();
    double total = 0;
    double largest = 0;
    double oldest = 0;
    for (JsonNode each : partitions) {
      String number = each.path("partition").asText();
      Tags tags = Tags.of("group", group, "topic", topic, "partition", number);
      double records = each.path("lag").asDouble();
      double age = each.path("age").asDouble(0);
      lags.add(Row.of(tags, records));
      seconds.add(Row.of(tags, age));
      offsets.add(Row.of(tags, each.path("committed").asDouble(0)));
      ends.add(Row.of(Tags.of("topic", topic, "partition", number), each.path("end").asDouble()));
      total += records;
      largest = Math.max(largest, records);
      oldest = Math.max(oldest, age);
    }
    lag.register(lags, true);
    lagSeconds.register(seconds, true);
    offset.register(offsets, true);
    latest.register(ends, true);
    Tags tags = Tags.of("group", group);
    sum.register(List.of(Row.of(tags, total)), true);
    most.register(List.of(Row.of(tags, largest)), true);
    mostSeconds.register(List.of(Row.of(tags, oldest)), true);
  }

  /** The latest run of each schedule: its number is no tag, so that series do not grow by day. */
  private void showRuns(JsonNode runs) {
    List<Row<?>> sizes = new ArrayList<>();
    List<Row<?>> outcomes = new ArrayList<>();
    Set<String> schedules = new HashSet<>();
    for (JsonNode run : runs) {
      String schedule = run.path("schedule").asText();
      if (!run.path("state").asText().equals("MISSED") && schedules.add(schedule)) {
        sizes.add(Row.of(Tags.of("schedule", schedule), run.path("selected").asDouble()));
        for (String outcome : new String[] {"completed", "failed", "inDoubt"}) {
          outcomes.add(
              Row.of(
                  Tags.of("schedule", schedule, "outcome", outcome), run.path(outcome).asDouble()));
        }
      }
    }
    selected.register(sizes, true);
    results.register(outcomes, true);
  }

  private static void one(MultiGauge gauge, double value) {
    gauge.register(List.of(Row.of(Tags.empty(), value)), true);
  }

  @Override
  public void close() {
    looking.close();
    overview.close();
  }
}
