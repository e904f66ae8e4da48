package io.duly.reconciler;

import io.duly.api.OrderApi;
import io.duly.api.OrderApis;
import io.duly.orders.CancelledRuns;
import io.duly.orders.Contract;
import io.duly.orders.Deadlines;
import io.duly.orders.Doubts;
import io.duly.orders.DueTopic;
import io.duly.orders.FeedTable;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Incarnations;
import io.duly.orders.Maintenance;
import io.duly.orders.Notifications;
import io.duly.orders.OrdersTable;
import io.duly.orders.Pauses;
import io.duly.orders.Positions;
import io.duly.orders.Purge;
import io.duly.orders.Recollection;
import io.duly.orders.Records;
import io.duly.orders.Rescues;
import io.duly.orders.Restoration;
import io.duly.orders.Results;
import io.duly.orders.RunLanes;
import io.duly.orders.RunTable;
import io.duly.orders.Schema;
import io.duly.orders.ServerPin;
import io.duly.orders.Skips;
import io.duly.orders.Strangers;
import io.duly.orders.Topics;
import io.duly.orders.Unconfirmed;
import io.duly.orders.WorkerTable;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Loop;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.runtime.Step;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a reconciler that leads: the confirming loop, the rescuing loop, and what they read
 * and write.
 */
final class ActiveReconciler implements AutoCloseable {
  /** Under which the reconciler counts and records. */
  static final String NAME = "reconciler";

  private static final Duration TELL = Duration.ofMillis(500);

  private final Parts parts;
  private final ChangeFeed feed;
  private final Beats beats;
  private final Confirmer confirmer;
  private final Retelling retelling;
  private final ResultReader reader;
  private final Sweep sweep;
  private final List<Loop> loops;
  private long retoldNanos = System.nanoTime();

  /** Starts all parts, or none where one of them fails. */
  static ActiveReconciler start(
      Settings settings, Database database, OrdersTable table, FeedStart start) {
    Parts parts = new Parts();
    try {
      return new ActiveReconciler(parts, settings, database, table, start);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private ActiveReconciler(
      Parts parts, Settings settings, Database database, OrdersTable table, FeedStart start) {
    this.parts = parts;
    Jdbi jdbi = database.jdbi();
    ServerPin server = new ServerPin(jdbi); // before anything is read of it
    KafkaClients kafka = new KafkaClients(settings);
    Topics topics = Topics.of(settings);
    String prefix = Schema.slot(settings);
    Admin admin = parts.add(kafka.admin());
    String group = settings.text("worker.group");
    GroupProgress progress = new GroupProgress(admin, group, topics);
    Results results = new Results(jdbi, table);
    Map<Integer, Long> positions =
        jdbi.withHandle(handle -> Positions.read(handle, topics.results()));
    this.reader =
        parts.add(new ResultReader(kafka.reader("duly-reconciler"), topics.results(), positions));
    this.retelling =
        parts.add(new Retelling(results, progress, kafka, topics, "duly-reconciler-" + prefix));
    Duration beat = settings.duration("reconciler.beat-interval");
    this.beats = new Beats(jdbi, prefix, beat);
    this.feed =
        parts.add(
            ChangeFeed.start(
                settings, table, start.form(), new FeedTable(jdbi)::confirm, beats::returned));
    Restoration restoration = new Restoration(jdbi, table, prefix);
    this.confirmer =
        new Confirmer(
            server,
            table,
            feed,
            reader,
            new DuePublisher(
                new DueTopic(parts.add(kafka.producer("duly-reconciler")), settings, jdbi, table),
                new RunLanes(jdbi)),
            restoration);
    Rescues rescues = new Rescues(jdbi, table, prefix);
    this.sweep =
        new Sweep(
            new Unconfirmed(jdbi, table, prefix),
            rescues,
            new FeedTable(jdbi),
            beats,
            settings.duration("reconciler.sweep-interval"));
    this.loops = new ArrayList<>();
    Duration interval = settings.duration("reconciler.interval");
    begin(Loop.start("reconciler-confirm", Duration.ofMillis(5), this::confirm));
    begin(Loop.start("reconciler-beat", beat, beats::once));
    Memory memory =
        parts.add(
            new Memory(
                jdbi,
                new Incarnations(jdbi),
                new Recollection(jdbi, table, prefix),
                restoration,
                kafka.reader("duly-memory"),
                topics));
    begin(Loop.start("reconciler-memory", interval, memory::once));
    Rescuer rescuer =
        new Rescuer(
            settings, new WorkerTable(jdbi), rescues, new DeadProducers(admin, group), NAME);
    begin(Loop.start("reconciler-rescue", interval, whereTrusted(jdbi, rescuer::once)));
    Doubts doubts = new Doubts(jdbi, table);
    boolean looksUp = Contract.of(settings.text("api.contract")) == Contract.LOOKUP;
    if (looksUp) {
      begin(settling(settings, database, table, doubts));
    }
    Duration unsettled = DoubtSettler.quietPeriod(settings).multipliedBy(3);
    LongPredicate mayChange = run -> looksUp && doubts.hasFresh(run, unsettled);
    RunRecords records =
        parts.add(new RunRecords(kafka.reader("duly-closer"), topics.due(), table.idType()));
    RunCloser closer =
        new RunCloser(
            new RunTable(jdbi),
            rescues,
            progress,
            new Completeness(records, new Skips(jdbi, table), new Strangers(jdbi, table)),
            mayChange);
    CancelledCloser cancelled =
        new CancelledCloser(
            new CancelledRuns(jdbi, table),
            new RunTable(jdbi),
            records,
            settings.duration("ingest.patience"),
            mayChange);
    begin(
        Loop.start(
            "reconciler-close",
            interval,
            whereTrusted(jdbi, () -> closer.once() + cancelled.once())));
    DeadlineWatch deadlines = new DeadlineWatch(new Deadlines(jdbi), settings, System::nanoTime);
    begin(Loop.start("reconciler-deadline", interval, deadlines::once));
    Notifier notifier = new Notifier(new Notifications(jdbi), settings);
    begin(Loop.start("reconciler-notify", interval, notifier::once));
    Purger purger = new Purger(new Purge(jdbi, table, Purge.retention(settings), Purger.PAGE));
    begin(Loop.start("reconciler-purge", interval, whereTrusted(jdbi, purger::once)));
  }

  private void begin(Loop loop) {
    loops.add(parts.add(loop));
  }

  /** A step that rests while the database may have forgotten what it decides by. */
  private static Step whereTrusted(Jdbi jdbi, Step step) {
    Incarnations incarnations = new Incarnations(jdbi);
    return () -> incarnations.isTrusted() ? step.once() : 0;
  }

  private Loop settling(Settings settings, Database database, OrdersTable table, Doubts doubts) {
    OrderApi api = parts.add(OrderApis.open(settings, "duly/reconciler"));
    Records records = new Records(database.jdbi(), table, Schema.slot(settings));
    IdempotencyKeys keys = new IdempotencyKeys(settings.text("installation"), table.name());
    DoubtSettler settler = new DoubtSettler(settings, api, keys, doubts, records, NAME);
    LookupTimes times =
        new LookupTimes(
            new Pauses(database.jdbi()),
            Maintenance.of(settings),
            settings.duration("api.timeout"),
            InstantSource.system());
    return Loop.start(
        "reconciler-settle",
        settings.duration("reconciler.interval"),
        () -> times.allow() ? settler.once() : 0);
  }

  private int confirm() throws Exception {
    int done = confirmOnce();
    if (System.nanoTime() - retoldNanos >= TELL.toNanos()) {
      retoldNanos = System.nanoTime();
      done += retelling.once(confirmer.confirmations(), reader.positions());
    }
    done += sweep.once(confirmer.confirmations());
    return done;
  }

  /** What it has in memory is of one server only. */
  private int confirmOnce() throws Exception {
    try {
      return confirmer.once();
    } catch (ServerPin.ServerChanged e) {
      throw new Loop.Fatal("The reconciler begins anew: " + e.getMessage(), e);
    }
  }

  /** The heartbeats that go through its change feed. */
  Beats beats() {
    return beats;
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
