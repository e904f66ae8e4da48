package io.duly.reconciler;

import io.duly.api.OrderApi;
import io.duly.api.OrderApis;
import io.duly.orders.CancelledRuns;
import io.duly.orders.Contract;
import io.duly.orders.DatabaseClock;
import io.duly.orders.Deadlines;
import io.duly.orders.Doubts;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Incarnations;
import io.duly.orders.Maintenance;
import io.duly.orders.Notifications;
import io.duly.orders.Pauses;
import io.duly.orders.Purge;
import io.duly.orders.Recollection;
import io.duly.orders.Records;
import io.duly.orders.RunTable;
import io.duly.orders.Skips;
import io.duly.orders.Strangers;
import io.duly.orders.WorkerTable;
import io.duly.runtime.Parts;
import io.duly.runtime.Step;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongPredicate;

/**
 * The steps by which nothing stays as it should not: orders are rescued, doubts settled, runs
 * closed, people told, and what is old removed. Each step has a loop of its own; what they open is
 * closed with {@code parts}.
 */
final class Upkeep {
  private final Workplace place;
  private final Parts parts;
  private final Incarnations incarnations;

  Upkeep(Workplace place, Parts parts) {
    this.place = place;
    this.parts = parts;
    this.incarnations = new Incarnations(place.jdbi());
  }

  /** Gives back what a database that was restored has forgotten. */
  Step memory() {
    Memory memory =
        parts.add(
            new Memory(
                place.jdbi(),
                incarnations,
                new Recollection(place.jdbi(), place.table(), place.prefix()),
                place.restoration(),
                place.kafka().reader("duly-memory"),
                place.topics()));
    return memory::once;
  }

  Step rescue() {
    Rescuer rescuer =
        new Rescuer(
            place.settings(),
            new WorkerTable(place.jdbi()),
            place.rescues(),
            new DeadProducers(place.admin(), place.group()),
            clockWatch());
    return whereTrusted(rescuer::once);
  }

  boolean looksUp() {
    return Contract.of(place.settings().text("api.contract")) == Contract.LOOKUP;
  }

  /** Asks the API what became of the orders in doubt. */
  Step settle() {
    OrderApi api = parts.add(OrderApis.open(place.settings(), "duly/reconciler"));
    Records records = new Records(place.jdbi(), place.table(), place.prefix());
    IdempotencyKeys keys =
        new IdempotencyKeys(place.settings().text("installation"), place.table().name());
    DoubtSettler settler =
        new DoubtSettler(place.settings(), api, keys, doubts(), records, clockWatch());
    LookupTimes times =
        new LookupTimes(
            new Pauses(place.jdbi()),
            Maintenance.of(place.settings()),
            place.settings().duration("api.timeout"),
            InstantSource.system());
    return () -> times.allow() ? settler.once() : 0;
  }

  private ClockWatch clockWatch() {
    return new ClockWatch(new DatabaseClock(place.jdbi()), System::nanoTime);
  }

  private Doubts doubts() {
    return new Doubts(place.jdbi(), place.table());
  }

  /** Closes the runs that are done. */
  Step close() {
    Completeness completeness =
        new Completeness(
            records("duly-closer"),
            new Skips(place.jdbi(), place.table()),
            new Strangers(place.jdbi(), place.table()));
    RunCloser closer =
        new RunCloser(
            new RunTable(place.jdbi()),
            place.rescues(),
            place.progress(),
            completeness,
            mayChange());
    return whereTrusted(closer::once);
  }

  /** Gives the runs that were cancelled their verdict; apart, so that a large run delays none. */
  Step settleCancelled() {
    CancelledCloser closer =
        new CancelledCloser(
            new CancelledRuns(place.jdbi(), place.table()),
            new RunTable(place.jdbi()),
            records("duly-cancelled-closer"),
            new Skips(place.jdbi(), place.table()),
            place.settings().duration("ingest.patience"),
            mayChange());
    return whereTrusted(closer::once);
  }

  private RunRecords records(String clientId) {
    return parts.add(
        new RunRecords(
            place.kafka().reader(clientId),
            place.topics().due(),
            () -> place.topics().partitionsOfDue(place.admin()),
            place.table().idType()));
  }

  /** Whether a lookup may still tell what became of orders of the run. */
  private LongPredicate mayChange() {
    Duration unsettled = DoubtSettler.quietPeriod(place.settings()).multipliedBy(3);
    Doubts doubts = doubts();
    return run -> looksUp() && doubts.hasFresh(run, unsettled);
  }

  /** Warns of runs that will miss their deadline. */
  Step deadlines() {
    return new DeadlineWatch(
            new Deadlines(place.jdbi()), place.settings(), InstantSource.system(), System::nanoTime)
        ::once;
  }

  /** Tells the verdicts. */
  Step notices() {
    return new Notifier(new Notifications(place.jdbi()), place.settings())::once;
  }

  /** Removes what is older than attempts are kept. */
  Step purge() {
    Duration retention = Purge.retention(place.settings());
    Purge purge = new Purge(place.jdbi(), place.table(), retention, Purger.PAGE);
    Notifications notifications = new Notifications(place.jdbi());
    return whereTrusted(new Purger(purge, notifications, retention)::once);
  }

  /** A step that rests while the database may have forgotten what it decides by. */
  private Step whereTrusted(Step step) {
    return () -> incarnations.isTrusted() ? step.once() : 0;
  }
}
