package io.duly.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Problem.Kind;
import io.duly.orders.Pauses;
import io.duly.orders.TableStatistics;
import io.duly.orders.TableTotals;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * How the installation stands, as one JSON object: pause, log, totals, runs, workers, lag, doubts,
 * problems. It counts nothing by reading the orders table. One thread.
 */
public final class Overview implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RUNS = 20;

  private static final String WORKERS =
      """
      SELECT w.id, w.host,
        CASE WHEN w.state = 'ALIVE' AND w.heartbeat_at < clock_timestamp() - make_interval(secs => :patience)
          THEN 'SILENT' ELSE w.state END AS state,
        round(extract(epoch FROM clock_timestamp() - w.heartbeat_at)::numeric, 1) AS "beatAgo",
        w.calls, w.call_p50_ms AS "p50", w.call_p99_ms AS "p99"
      FROM duly.worker w WHERE w.state = 'ALIVE' OR w.heartbeat_at > clock_timestamp() - interval '10 min'
      ORDER BY w.state, w.id LIMIT 100
      """;

  private final Installation installation;
  private final Settings settings;
  private final Jdbi jdbi;
  private final JsonRows rows;
  private final LogView log;
  private final LagView lag;
  private final Matters matters;

  public Overview(Installation installation) {
    this.installation = installation;
    this.settings = installation.settings();
    this.jdbi = installation.database().jdbi();
    this.rows = new JsonRows(jdbi);
    this.log = new LogView(installation);
    this.lag = new LagView(installation);
    this.matters = new Matters(installation);
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
    all.set("log", log.read(problems));
    all.set("totals", totals());
    ArrayNode runs = RunRows.latestAndOpen(rows, RUNS);
    all.set("runs", runs);
    ArrayNode workers =
        rows.read(
            WORKERS,
            Map.of("patience", settings.duration("worker.heartbeat-timeout").toMillis() / 1e3));
    all.set("workers", workers);
    judge(runs, workers, problems);
    all.set("lag", lag.read(problems));
    all.put("inDoubt", matters.doubts(problems));
    all.set("stuck", matters.stuck(problems));
    matters.missed(problems);
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
      if (goesOn && run.path("trouble").isTextual()) {
        problems.add(new Problem(Kind.RUN_STUCK, name + ": " + run.path("trouble").asText()));
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
    return lag.lags();
  }

  @Override
  public void close() {
    lag.close();
  }
}
