package io.duly.operations;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How the installation stands as gauges. What could not be read is not shown, and how old the
 * overview is always. {@link #look} on one thread; it is read by any.
 */
final class OverviewGauges implements AutoCloseable {
  private final Overview overview;
  private final MeterRegistry registry;
  private final LagGauges lag;
  private final Tags tags;
  private final List<MultiGauge> all = new ArrayList<>();
  private final MultiGauge selected;
  private final MultiGauge results;
  private final MultiGauge inDoubt;
  private final MultiGauge stuck;
  private final MultiGauge retained;
  private final MultiGauge confirmed;
  private final MultiGauge problems;
  private final Gauge age;
  private volatile long readNanos = System.nanoTime();

  OverviewGauges(Installation installation, MeterRegistry registry) {
    String name = installation.settings().text("installation");
    this.overview = new Overview(installation);
    this.tags = Tags.of("installation", name);
    this.registry = registry;
    this.lag = new LagGauges(registry, name, installation.settings().text("worker.group"));
    this.selected = gauge("duly.run.selected");
    this.results = gauge("duly.run.results");
    this.inDoubt = gauge("duly.orders.in.doubt");
    this.stuck = gauge("duly.orders.stuck");
    this.retained = gauge("duly.log.retained.bytes");
    this.confirmed = gauge("duly.log.confirmed.ago.seconds");
    this.problems = gauge("duly.problem");
    this.age =
        Gauge.builder("duly.overview.age.seconds", () -> (System.nanoTime() - readNanos) / 1e9)
            .tags(tags)
            .register(registry);
  }

  private MultiGauge gauge(String name) {
    MultiGauge made = MultiGauge.builder(name).tags(tags).register(registry);
    all.add(made);
    return made;
  }

  /** Shows how the installation stands now; nothing of it where that cannot be read. */
  void look() throws InterruptedException {
    JsonNode found;
    try {
      found = overview.read();
    } catch (RuntimeException e) {
      clear();
      throw e;
    }
    readNanos = System.nanoTime();
    overview.lags().ifPresentOrElse(each -> lag.show(each, Instant.now()), lag::clear);
    showRuns(found.path("runs"));
    one(inDoubt, found.path("inDoubt").asDouble());
    one(stuck, found.path("stuck").size());
    one(retained, found.path("log").path("retainedBytes").asDouble());
    one(confirmed, found.path("log").path("confirmedAgo").asDouble(Double.NaN));
    showProblems(found.path("problems"));
  }

  private void showProblems(JsonNode told) {
    Set<String> there = new HashSet<>();
    told.forEach(each -> there.add(each.path("kind").asText()));
    List<Row<?>> rows = new ArrayList<>();
    for (Problem.Kind each : Problem.Kind.values()) {
      rows.add(
          Row.of(
              Tags.of("kind", each.name(), "urgent", String.valueOf(each.isUrgent())),
              there.contains(each.name()) ? 1 : 0));
    }
    problems.register(rows, true);
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

  private void clear() {
    lag.clear();
    all.forEach(each -> each.register(List.of(), true));
  }

  @Override
  public void close() {
    clear();
    var unused = registry.remove(age);
    overview.close();
  }
}
