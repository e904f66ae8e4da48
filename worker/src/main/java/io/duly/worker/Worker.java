package io.duly.worker;

import io.duly.api.OrderApis;
import io.duly.orders.Aside;
import io.duly.orders.ClaimTerms;
import io.duly.orders.Claims;
import io.duly.orders.Contract;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Incarnations;
import io.duly.orders.LanePermits;
import io.duly.orders.Lanes;
import io.duly.orders.OrdersTable;
import io.duly.orders.Pauses;
import io.duly.orders.Permits;
import io.duly.orders.Records;
import io.duly.orders.RefusedClaims;
import io.duly.orders.RunControl;
import io.duly.orders.Schema;
import io.duly.orders.Topics;
import io.duly.orders.WorkerTable;
import io.duly.runtime.Database;
import io.duly.runtime.Health;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Loop;
import io.duly.runtime.Settings;
import io.duly.runtime.Stop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of the consumer group: reads due orders, claims them, calls the API, records the
 * answers, commits. Its threads: poll (Kafka), claim and record (database), beat (liveness), runs
 * (pauses and cancellations), pace (start of calls under a rate), and the API's own.
 */
public final class Worker implements Health, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration REST = Duration.ofMillis(5);

  private final WorkerSettings settings;
  private final Stop stop = new Stop();
  private final ObservedApi api;
  private final Liveness liveness;
  private final Gate gate;
  private final @Nullable Quota quota;
  private final Calls calls;
  private final Poller poller;
  private final @Nullable Intents intents;
  private final OpenRuns openRuns;
  private final Aside aside;
  private volatile boolean isAside;
  private final Loop beating;
  private final Loop looking;
  private final Loop polling;
  private final Loop claiming;
  private final Loop pacing;
  private final Loop recording;
  private final Vitals vitals;

  private Worker(Settings given, Database database, OrdersTable table) {
    this.settings = WorkerSettings.of(given);
    String prefix = Schema.slot(given);
    KafkaClients kafka = new KafkaClients(given);
    Topics topics = Topics.of(given);
    InstantSource time = InstantSource.system();
    Permits permits = new Permits(database.jdbi());
    Lanes lanes = Lanes.of(given);
    Underway underway = Underway.ofWindow(settings.window(), lanes);
    BlockingQueue<Answered> answered = new LinkedBlockingQueue<>();
    this.gate = new Gate(permits, new Pauses(database.jdbi()), GateSettings.of(given), time);
    this.quota = Quota.of(given, permits);
    Verdicts verdicts =
        new Verdicts(settings.contract(), settings.backoff(), sharedRandom())
            .sparing(gate::isPaused);

    this.liveness =
        new Liveness(
            new WorkerTable(database.jdbi()), settings.id(), settings.heartbeatTimeout(), time);
    this.api = new ObservedApi(OrderApis.open(given, "duly/" + settings.id()));
    this.openRuns = new OpenRuns(new RunControl(database.jdbi()), this::stopCalls);
    this.aside = new Aside(database.jdbi());
    IdempotencyKeys keys = new IdempotencyKeys(given.text("installation"), table.name());
    Clearance clearance = new Clearance(settings.sendWindow(), openRuns, liveness, gate);
    this.calls =
        new Calls(api, keys, clearance, verdicts, gate::learn, ended(answered))
            .allow(new Concurrency(settings.minConcurrency(), settings.concurrency()));
    if (quota != null) {
      calls.withoutRepeats();
    }
    boolean mayRepeat = settings.contract() == Contract.IDEMPOTENT;
    Incarnations incarnations = new Incarnations(database.jdbi());
    this.intents =
        mayRepeat ? null : new Intents(kafka, settings.id(), topics.intents(), incarnations);
    Claims claims = new Claims(database.jdbi(), table, ClaimTerms.of(given), prefix);
    Records records = new Records(database.jdbi(), table, prefix);
    Claimer claimer =
        new Claimer(
                underway,
                new Claiming(claims, new RefusedClaims(database.jdbi(), table)),
                new Unclear(claims, records),
                liveness,
                calls)
            .under(gate, pace(permits, database, lanes))
            .within(quota)
            .after(intents);
    Recorder recorder =
        new Recorder(answered, records, liveness, underway).under(mayRepeat ? null : incarnations);
    String group = given.text("worker.group");
    this.poller =
        new Poller(
            new Membership(() -> kafka.consumer(settings.id(), group), topics.due(), lanes),
            new Progress(
                new Commits(kafka, group + "-" + settings.id(), topics.due()),
                topics,
                underway.finished()),
            table.idType(),
            underway,
            () -> isAside);
    poller.subscribe(this::drain);
    this.beating = Loop.start("worker-beat", settings.heartbeatInterval(), this::beat);
    this.looking = Loop.start("worker-runs", OpenRuns.LOOK, this::look);
    this.recording = Loop.start("worker-record", Duration.ofMillis(1), recorder::once);
    this.pacing = Loop.start("worker-pace", Duration.ofMillis(1), this::startDue);
    this.claiming = Loop.start("worker-claim", REST, claimer::once);
    this.polling = Loop.start("worker-poll", REST, poller::once);
    this.vitals =
        new Vitals(
            List.of(beating, looking, polling, claiming, pacing, recording),
            settings.drainTimeout(),
            liveness,
            poller);
    log.info(
        "Worker runs worker={} contract={} concurrency={} rate={}",
        settings.id(),
        settings.contract(),
        settings.concurrency(),
        settings.rate());
  }

  /** Starts a worker; throws UserError where the settings or what they name are not fit. */
  public static Worker start(Settings settings, Database database, OrdersTable table) {
    return new Worker(settings, database, table);
  }

  private @Nullable Pace pace(Permits permits, Database database, Lanes lanes) {
    if (settings.pacedRate() == 0) {
      return null;
    }
    List<String> names = lanes.names();
    return new Pace(permits, settings.pacedRate())
        .among(names.size() == 1 ? null : new LanePermits(database.jdbi(), names));
  }

  private Consumer<Answered> ended(Queue<Answered> answered) {
    return each -> {
      if (quota != null) {
        quota.learn(each);
      }
      answered.add(each);
    };
  }

  private static RandomGenerator sharedRandom() {
    return () -> ThreadLocalRandom.current().nextLong();
  }

  private int beat() {
    return liveness.beat(api.times().pulse());
  }

  private int look() {
    isAside = aside.isAsked();
    return openRuns.once();
  }

  private void stopCalls() {
    calls.withholdAll();
  }

  private int startDue() {
    calls.startDue();
    return 0;
  }

  /**
   * Waits until nothing of {@code partitions} is under way, at most the drain time-out; unsent
   * claims are given back.
   */
  private void drain(Set<Integer> partitions) {
    long until = System.nanoTime() + settings.drainTimeout().toNanos();
    do {
      calls.release(claim -> partitions.contains(claim.due().partition()));
      if (!poller.isBusy(partitions)) {
        return;
      }
      stop.pause(REST);
    } while (System.nanoTime() < until);
    log.warn("Calls are still under way after the drain time-out partitions={}", partitions);
  }

  @Override
  public List<Throwable> failures() {
    return vitals.failures();
  }

  @Override
  public boolean isAlive() {
    return vitals.isAlive();
  }

  @Override
  public boolean isReady() {
    return vitals.isReady();
  }

  /**
   * Stops claiming, gives back what is unsent, waits for answers under way, records and commits
   * them, and leaves the group.
   */
  @Override
  public void close() {
    claiming.close();
    polling.close();
    poller.close();
    recording.close();
    looking.close();
    pacing.close();
    api.close();
    gate.close();
    if (intents != null) {
      intents.close();
    }
    beating.close();
    liveness.stop();
    stop.raise();
    log.info("Worker has stopped worker={}", settings.id());
  }
}
