package io.duly.reconciler;

import io.duly.orders.OrdersTable;
import io.duly.orders.Purge;
import io.duly.orders.Schema;
import io.duly.runtime.Database;
import io.duly.runtime.Health;
import io.duly.runtime.Loop;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads, or stands by until the leader is gone. A leader looks at the footing of its change feed
 * every second, mends what it can and starts the feed anew where it has ended. Thread-safe; the
 * work is done on threads of its own.
 */
public final class Reconciler implements Health, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration STALE = Duration.ofSeconds(10);

  /** Ending a feed and starting the next one takes no longer. */
  private static final Duration LONGEST_PASS = Duration.ofMinutes(5);

  private final Settings settings;
  private final Database database;
  private final OrdersTable table;
  private final Leadership leadership;
  private final FeedCheck check;
  private final Restarts restarts = new Restarts();
  private final RetainedLog retained;
  private final Loop pinging;
  private final Loop leading;
  private volatile @Nullable ActiveReconciler active;
  private volatile boolean leads;
  private volatile long passedNanos = System.nanoTime() - STALE.toNanos();

  private Reconciler(Settings settings, Database database, OrdersTable table) {
    this.settings = settings.require("api.contract");
    this.database = database;
    this.table = table;
    this.leadership = new Leadership(settings, Schema.slot(settings), Leadership.IDLE);
    Duration unused = Purge.retention(settings); // a mistake there ends it now, not when it leads
    this.check = new FeedCheck(database.jdbi(), table, settings);
    this.retained =
        new RetainedLog((long) settings.number("reconciler.retained-wal-warning") << 20);
    this.pinging = Loop.start("reconciler-lock", LOOK, this::ping);
    this.leading = Loop.start("reconciler-lead", LOOK, this::once);
  }

  /** Starts a reconciler, which leads or stands by. */
  public static Reconciler start(Settings settings, Database database, OrdersTable table) {
    return new Reconciler(settings, database, table);
  }

  /** Apart from what may take long: a leader that starts or stops its feed keeps the lock. */
  private int ping() throws SQLException {
    boolean unused = leadership.ping();
    return 0;
  }

  private int once() {
    try {
      leads = leadership.isOurs();
      stopWhereItCannotGoOn();
      if (leads && active == null && restarts.isDue()) {
        start();
      }
      passedNanos = System.nanoTime();
    } catch (SQLException | RuntimeException e) {
      if (e instanceof Loop.Fatal fatal) {
        throw fatal;
      }
      restarts.failed("the database does not answer: " + cause(e), null);
    }
    return 0;
  }

  private void stopWhereItCannotGoOn() {
    ActiveReconciler current = active;
    if (current == null) {
      return;
    }
    if (!leads) {
      log.warn("Reconciler leads no more");
      stop();
      return;
    }
    Throwable failure = current.failure();
    Optional<String> reason = failure != null ? Optional.of(cause(failure)) : check.fault();
    if (reason.isPresent()) {
      stop();
      restarts.failed(reason.get(), failure);
    } else if (current.beats().haveReturned()) {
      restarts.well();
      check.slot().ifPresent(retained::report);
    }
  }

  private void start() {
    try {
      FeedStart start = check.prepare();
      open(start);
    } catch (FeedCheck.NotYet e) {
      restarts.failed(String.valueOf(e.getMessage()), null);
    } catch (UserError e) {
      leadership.close();
      throw new Loop.Fatal("The reconciler cannot work: " + e.getMessage(), e);
    }
  }

  /** What Kafka lacks may come, unlike what a person has to mend in the database. */
  private void open(FeedStart start) {
    try {
      active = ActiveReconciler.start(settings, database, table, start, leadership::isCertain);
      log.info("Reconciler leads publication={} gap={}", start.form(), start.gap().isPresent());
    } catch (RuntimeException e) {
      restarts.failed(cause(e), e);
    }
  }

  /** The innermost cause says what has happened; those around it are Debezium's. */
  private static String cause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  private void stop() {
    ActiveReconciler current = active;
    active = null;
    if (current != null) {
      current.close();
    }
  }

  /** The failure that ended it for good, if any: a person has to act. */
  @Override
  public List<Throwable> failures() {
    Throwable failure = leading.failure();
    return failure == null ? List.of() : List.of(failure);
  }

  @Override
  public boolean isAlive() {
    return Loop.areAlive(List.of(leading), LONGEST_PASS);
  }

  /**
   * Whether it does its part: as the leader, its heartbeats come back through the log; standing by,
   * the database answers.
   */
  @Override
  public boolean isReady() {
    ActiveReconciler current = active;
    if (current != null) {
      return current.beats().areFresh();
    }
    return !leads && failures().isEmpty() && System.nanoTime() - passedNanos < STALE.toNanos();
  }

  /** A lock, so that a second caller finds everything closed. */
  @Override
  public synchronized void close() {
    leading.close();
    try {
      stop();
    } finally {
      pinging.close();
      leadership.close();
    }
  }
}
