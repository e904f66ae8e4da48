package io.duly.reconciler;

import io.duly.orders.OrdersTable;
import io.duly.orders.Schema;
import io.duly.runtime.Database;
import io.duly.runtime.Loop;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads, or stands by until the leader is gone. A leader whose change feed ends starts anew.
 * Thread-safe; the work is done on threads of its own.
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Settings settings;
  private final Database database;
  private final OrdersTable table;
  private final Leadership leadership;
  private final Loop leading;
  private @Nullable ActiveReconciler active;

  private Reconciler(Settings settings, Database database, OrdersTable table) {
    this.settings = settings.require("api.contract");
    this.database = database;
    this.table = table;
    this.leadership = new Leadership(settings, Schema.slot(settings));
    this.leading = Loop.start("reconciler-lead", LOOK, this::once);
  }

  /** Starts a reconciler, which leads or stands by. */
  public static Reconciler start(Settings settings, Database database, OrdersTable table) {
    return new Reconciler(settings, database, table);
  }

  private int once() throws Exception {
    boolean ours = leadership.isOurs();
    ActiveReconciler current = active;
    if (current != null && (!ours || current.failure() != null)) {
      log.warn("Reconciler starts anew leads={}", ours, current.failure());
      active = null;
      current.close();
    }
    if (ours && active == null) {
      active = ActiveReconciler.start(settings, database, table);
      log.info("Reconciler leads");
    }
    return 0;
  }

  /** The failure that ended it for good, if any. */
  public List<Throwable> failures() {
    Throwable failure = leading.failure();
    return failure == null ? List.of() : List.of(failure);
  }

  @Override
  public void close() {
    leading.close();
    ActiveReconciler current = active;
    active = null;
    try {
      if (current != null) {
        current.close();
      }
    } finally {
      leadership.close();
    }
  }
}
