package io.duly.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Problem.Kind;
import io.duly.orders.FeedTable;
import io.duly.orders.Gap;
import io.duly.orders.Pauses;
import io.duly.orders.Schema;
import io.duly.orders.SlotState;
import io.duly.orders.Slots;
import io.duly.orders.TableStatistics;
import io.duly.orders.TableTotals;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * How the installation stands, as one JSON object: pause, log, totals, runs, workers, lag, doubts,
 * problems. It counts nothing by reading the orders table. One thread.
 */
public final class Overview implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RUNS = 20;
  private static final int MOST_COUNTED = 10_000;
  private static final Duration LOG_AGE = Duration.ofSeconds(30);
  private static final long LOG_BYTES = 1L << 30;

  /** Short enough that those who watch hear of a broker that does not answer. */
  private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(3);

  private static final String WORKERS =
      """
      SELECT w.id, w.host, w.state, round(extract(epoch FROM clock_timestamp() - w.heartbeat_at)::numeric, 1) AS "beatAgo",
        w.calls, w.call_p50_ms AS "p50", w.call_p99_ms AS "p99"
      FROM duly.worker w WHERE w.state = 'ALIVE' OR w.heartbeat_at > clock_timestamp() - interval '10 min'
      ORDER BY w.state, w.id LIMIT 100
      """;

  private static final String IN_DOUBT =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM duly.attempt a WHERE a.outcome = 'IN_DOUBT' AND NOT {sent_again}
        LIMIT :limit) found
      """;

  private static final String STUCK =
      """
      SELECT a.order_id::text AS id, a.attempt, a.run_id AS run, a.worker_id AS worker, a.claimed_at AS "claimedAt"
      FROM duly.attempt a
      WHERE a.finished_at IS NULL AND a.claimed_at < clock_timestamp() - make_interval(secs => :age)
      ORDER BY a.claimed_at LIMIT 100
      """;

  private static final String MISSED =
      "SELECT schedule, fire_time AS \"fireTime\" FROM duly.run WHERE state = 'MISSED' AND closed_at > clock_timestamp() - interval '7 days' ORDER BY fire_time DESC LIMIT 10";

  private static final String UNDELIVERED =
      "SELECT count(*) AS count FROM duly.notification WHERE delivered_at IS NULL AND last_error IS NOT NULL AND (tries > 3 OR ended IS NOT NULL) AND created_at > clock_timestamp() - interval '7 days'";

  private final Installation installation;
  private final Settings settings;
  private final Jdbi jdbi;
  private final JsonRows rows;
  private final Admin admin;
  private final OldestRecords oldest;
  private final LagReader lag;
  private final LagTrend trend = new LagTrend();
  private @Nullable List<PartitionLag> lags;

  public Overview(Installation installation) {
    this.installation = installation;
    this.settings = installation.settings();
    this.jdbi = installation.database().jdbi();
    this.rows = new JsonRows(jdbi);
    KafkaClients kafka = new KafkaClients(settings);
    this.admin = kafka.admin(KAFKA_PATIENCE);
    this.oldest = new OldestRecords(kafka);
    this.lag = new LagReader(admin, oldest, settings.text("worker.group"));
  }

  /** Runs before run {@code before}, the latest first; {@code null}: from the latest. */
  public static ArrayNode runs(JsonRows rows, @Nullable Long before, int limit) {
    return RunRows.before(rows, before, limit);
  }

  /** How it stands now. */
  public ObjectNode read() throws InterruptedException {
    List<Problem> problems = new ArrayList<>();
    ObjectNode all = JSON.createObjectNode();
    all.put("at", Instant.now().toString());
    all.put("installation", settings.text("installation"));
    all.put("table", installation.table().name());
    all.set("paused", paused(problems));
    all.set("log", log(problems));
    all.set("totals", totals());
    ArrayNode runs = RunRows.latestAndOpen(rows, RUNS);
    all.set("runs", runs);
    ArrayNode workers = rows.read(WORKERS, Map.of());
    all.set("workers", workers);
    judge(runs, workers, problems);
    all.set("lag", lag(problems));
    all.put("inDoubt", doubts(problems));
    all.set("stuck", stuck(problems));
    missed(problems);
    ArrayNode told = all.putArray("problems");
    problems.forEach(each -> told.add(problem(each)));
    return all;
  }

  private static ObjectNode problem(Problem problem) {
    return JSON.createObjectNode()
        .put("kind", problem.kind().name())
        .put("urgent", problem.kind().isUrgent())
        .put("section", problem.kind().section())
        .put("detail", problem.detail());
  }

  private @Nullable JsonNode paused(List<Problem> problems) {
    Optional<Pauses.Pause> pause = new Pauses(jdbi).current();
    if (pause.isEmpty()) {
      return null;
    }
    problems.add(
        new Problem(
            Kind.CALLS_PAUSED,
            pause.get().reason()
                + (pause.get().probes() ? "; ends by itself when the API accepts an order" : "")));
    Instant since = pause.get().since();
    return JSON.createObjectNode()
        .put("reason", pause.get().reason())
        .put("since", since == null ? null : since.toString())
        .put("probes", pause.get().probes());
  }

  private JsonNode log(List<Problem> problems) {
    String name = Schema.slot(settings);
    Optional<SlotState> slot = new Slots(jdbi).find(name);
    FeedTable feed = new FeedTable(jdbi);
    Optional<Duration> age = feed.sinceConfirmed();
    Optional<Gap> gap = feed.gap();
    boolean isRead =
        slot.isPresent()
            && !slot.get().isLost()
            && slot.get().holder() != null
            && age.isPresent()
            && age.get().compareTo(LOG_AGE) < 0;
    if (!isRead) {
      problems.add(
          new Problem(
              Kind.LOG_NOT_READ,
              slot.isEmpty()
                  ? "replication slot " + name + " is missing"
                  : "slot %s is %s; last confirmed %s"
                      .formatted(
                          name,
                          slot.get().holder() == null ? "read by nobody" : "read, without progress",
                          age.map(each -> each.toSeconds() + " s ago").orElse("never"))));
    }
    gap.ifPresent(each -> problems.add(new Problem(Kind.LOG_GAP, each.reason())));
    long retained = slot.map(SlotState::retained).orElse(0L);
    if (retained > LOG_BYTES) {
      problems.add(
          new Problem(
              Kind.LOG_RETAINED,
              "the server keeps %,d MiB of its log for slot %s".formatted(retained >> 20, name)));
    }
    return JSON.createObjectNode()
        .put("slot", name)
        .put("read", isRead)
        .put("retainedBytes", retained)
        .put("confirmedAgo", age.map(each -> each.toMillis() / 1e3).orElse(null))
        .put("gap", gap.map(Gap::reason).orElse(null));
  }

  private @Nullable JsonNode totals() {
    Optional<TableTotals> found = new TableStatistics(jdbi, installation.table()).totals();
    if (found.isEmpty()) {
      return null;
    }
    Duration age = found.get().age();
    ObjectNode totals = JSON.createObjectNode();
    totals.put("rows", found.get().rows());
    totals.put("sampledAgo", age == null ? null : age.toSeconds());
    totals.put("changedSince", found.get().changed());
    totals.put("others", found.get().others());
    found.get().byValue().forEach(totals.putObject("byStatus")::put);
    return totals;
  }

  private static void judge(ArrayNode runs, ArrayNode workers, List<Problem> problems) {
    boolean isOpen = false;
    for (JsonNode run : runs) {
      String name = "run " + run.path("id").asLong() + " of " + run.path("schedule").asText();
      String state = run.path("state").asText();
      boolean goesOn =
          state.equals("OPEN") || state.equals("PUBLISHING") || state.equals("PUBLISHED");
      isOpen |= goesOn;
      if (goesOn && run.path("paused").isTextual()) {
        problems.add(new Problem(Kind.RUN_PAUSED, name + ": " + run.path("paused").asText()));
      }
      if (goesOn && (run.path("lateAt").isTextual() || run.path("late").asBoolean())) {
        problems.add(
            new Problem(
                Kind.RUN_LATE,
                "%s has its deadline at %s, its ETA is %s"
                    .formatted(
                        name, run.path("deadline").asText(), run.path("eta").asText("unknown"))));
      }
    }
    boolean works = false;
    for (JsonNode worker : workers) {
      works |= worker.path("state").asText().equals("ALIVE");
    }
    if (isOpen && !works) {
      problems.add(new Problem(Kind.NO_WORKER, "a run is open, and no worker lives"));
    }
  }

  /** The lag that the last {@link #read} has told; empty where it could not be read. */
  Optional<List<PartitionLag>> lags() {
    return Optional.ofNullable(lags);
  }

  private ArrayNode lag(List<Problem> problems) throws InterruptedException {
    ArrayNode partitions = JSON.createArrayNode();
    lags = null;
    try {
      List<PartitionLag> found = lag.read(List.of(installation.topics().due()));
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

  private long doubts(List<Problem> problems) {
    long count = count(installation.table().sql(IN_DOUBT), Map.of("limit", MOST_COUNTED));
    if (count > 0) {
      problems.add(
          new Problem(
              Kind.ORDERS_IN_DOUBT,
              count
                  + (count == MOST_COUNTED ? " orders or more" : " orders")
                  + " wait for a decision"));
    }
    return count;
  }

  private ArrayNode stuck(List<Problem> problems) {
    Map<String, Object> age = new HashMap<>();
    age.put(
        "age",
        settings
                .duration("worker.send-window")
                .plus(settings.duration("api.timeout"))
                .plus(settings.duration("reconciler.grace"))
                .toMillis()
            / 1e3);
    ArrayNode stuck = rows.read(STUCK, age);
    if (!stuck.isEmpty()) {
      problems.add(
          new Problem(
              Kind.ORDERS_STUCK, stuck.size() + " orders are PROCESSING longer than a call takes"));
    }
    return stuck;
  }

  private void missed(List<Problem> problems) {
    rows.read(MISSED, Map.of())
        .forEach(
            each ->
                problems.add(
                    new Problem(
                        Kind.RUN_MISSED,
                        each.path("schedule").asText() + " at " + each.path("fireTime").asText())));
    long undelivered = count(UNDELIVERED, Map.of());
    if (undelivered > 0) {
      problems.add(new Problem(Kind.WEBHOOK_NOT_DELIVERED, undelivered + " verdicts"));
    }
  }

  private long count(String sql, Map<String, Object> parameters) {
    return rows.read(sql, parameters).path(0).path("count").asLong();
  }

  @Override
  public void close() {
    oldest.close();
    admin.close();
  }
}
