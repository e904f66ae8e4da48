package io.duly.reconciler;

import io.duly.api.HttpOrderApi;
import io.duly.api.OrderApi;
import io.duly.orders.Contract;
import io.duly.orders.Doubts;
import io.duly.orders.OrdersTable;
import io.duly.orders.Positions;
import io.duly.orders.Records;
import io.duly.orders.Rescues;
import io.duly.orders.Results;
import io.duly.orders.RunTable;
import io.duly.orders.Schema;
import io.duly.orders.Topics;
import io.duly.orders.Witnesses;
import io.duly.orders.WorkerTable;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Loop;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a reconciler that leads: the confirming loop, the rescuing loop, and what they read
 * and write.
 */
final class ActiveReconciler implements AutoCloseable {
  private static final String NAME = "reconciler";
  private static final Duration TELL = Duration.ofMillis(500);

  private final Parts parts = new Parts();
  private final ChangeFeed feed;
  private final Confirmer confirmer;
  private final Retelling retelling;
  private final ResultReader reader;
  private final List<Loop> loops;
  private long retoldNanos = System.nanoTime();

  ActiveReconciler(Settings settings, Database database, OrdersTable table) {
    Jdbi jdbi = database.jdbi();
    KafkaClients kafka = new KafkaClients(settings);
    Topics topics = Topics.of(settings);
    String prefix = Schema.slot(settings);
    Admin admin = parts.add(kafka.admin());
    GroupProgress progress = new GroupProgress(admin, settings.text("worker.group"), topics);
    Results results = new Results(jdbi, table);
    Map<Integer, Long> positions =
        jdbi.withHandle(handle -> Positions.read(handle, topics.results()));
    this.reader =
        parts.add(new ResultReader(kafka.reader("duly-reconciler"), topics.results(), positions));
    this.retelling =
        parts.add(new Retelling(results, progress, kafka, topics, "duly-reconciler-" + prefix));
    this.feed = parts.add(ChangeFeed.start(settings, table));
    this.confirmer =
        new Confirmer(
            jdbi, table, topics, feed, reader, parts.add(kafka.producer("duly-reconciler")));
    results.untold().forEach(each -> confirmer.confirmations().seen(key(each), Witnesses.LOG));
    Rescues rescues = new Rescues(jdbi, table, prefix);
    Rescuer rescuer = new Rescuer(settings, new WorkerTable(jdbi), rescues, NAME);
    Doubts doubts = new Doubts(jdbi, table);
    Duration interval = settings.duration("reconciler.interval");
    boolean looksUp = Contract.of(settings.text("api.contract")) == Contract.LOOKUP;
    RunCloser closer =
        new RunCloser(
            new RunTable(jdbi, table),
            rescues,
            progress,
            run ->
                looksUp
                    && doubts.hasFresh(run, DoubtSettler.quietPeriod(settings).multipliedBy(3)));
    this.loops =
        Stream.of(
                Loop.start("reconciler-confirm", Duration.ofMillis(5), this::confirm),
                Loop.start("reconciler-rescue", interval, rescuer::once),
                Loop.start("reconciler-close", interval, closer::once),
                looksUp ? settling(settings, database, table, doubts) : null)
            .filter(Objects::nonNull)
            .toList();
    loops.forEach(parts::add);
  }

  private Loop settling(Settings settings, Database database, OrdersTable table, Doubts doubts) {
    OrderApi api = parts.add(HttpOrderApi.open(settings, "duly/reconciler"));
    Records records = new Records(database.jdbi(), table, Schema.slot(settings));
    DoubtSettler settler = new DoubtSettler(settings, api, doubts, records, NAME);
    return Loop.start("reconciler-settle", settings.duration("reconciler.interval"), settler::once);
  }

  private static ResultKey key(Results.Stored stored) {
    return new ResultKey(
        stored.event().orderId(), stored.event().attempt(), stored.event().transition());
  }

  private int confirm() throws Exception {
    int done = confirmer.once();
    if (System.nanoTime() - retoldNanos >= TELL.toNanos()) {
      retoldNanos = System.nanoTime();
      done += retelling.once(confirmer.confirmations(), reader.positions());
    }
    return done;
  }

  /** Why it cannot go on; null while it can. */
  @Nullable Throwable failure() {
    Throwable first = feed.failure();
    return first != null
        ? first
        : loops.stream().map(Loop::failure).filter(Objects::nonNull).findFirst().orElse(null);
  }

  @Override
  public void close() {
    parts.close();
  }
}
