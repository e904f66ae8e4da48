package io.duly.reconciler;

import io.duly.orders.OrdersTable;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Loop;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.runtime.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The loops of a reconciler that leads: one follows the log, the others keep things moving. */
final class ActiveReconciler implements AutoCloseable {
  /** Under which the reconciler counts and records. */
  static final String NAME = "reconciler";

  private final Parts parts;
  private final BooleanSupplier leads;
  private final Following following;
  private final List<Loop> loops = new ArrayList<>();

  /**
   * Starts all loops, or none where one of them fails; they rest while {@code leads} does not hold:
   * a process that was frozen meanwhile begins nothing when it wakes.
   */
  static ActiveReconciler start(
      Settings settings,
      Database database,
      OrdersTable table,
      FeedStart start,
      BooleanSupplier leads) {
    Parts parts = new Parts();
    try {
      Workplace place =
          new Workplace(
              settings, database.jdbi(), table, parts.add(new KafkaClients(settings).admin()));
      return new ActiveReconciler(parts, place, start, leads);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private ActiveReconciler(Parts parts, Workplace place, FeedStart start, BooleanSupplier leads) {
    this.parts = parts;
    this.leads = leads;
    this.following = parts.add(Following.start(place, start));
    begin("confirm", Duration.ofMillis(5), following::once);
    begin("beat", place.settings().duration("reconciler.beat-interval"), following.beats()::once);
    Upkeep upkeep = new Upkeep(place, parts);
    begin("memory", place.interval(), upkeep.memory());
    begin("rescue", place.interval(), upkeep.rescue());
    if (upkeep.looksUp()) {
      begin("settle", place.interval(), upkeep.settle());
    }
    begin("close", place.interval(), upkeep.close());
    begin("close-cancelled", place.interval(), upkeep.settleCancelled());
    begin("deadline", place.interval(), upkeep.deadlines());
    begin("notify", place.interval(), upkeep.notices());
    begin("purge", place.interval(), upkeep.purge());
  }

  private void begin(String name, Duration interval, Step step) {
    Step whereLeading = () -> leads.getAsBoolean() ? step.once() : 0;
    loops.add(parts.add(Loop.start("reconciler-" + name, interval, whereLeading)));
  }

  /** The heartbeats that go through its change feed. */
  Beats beats() {
    return following.beats();
  }

  /** Why it cannot go on; null while it can. */
  @Nullable Throwable failure() {
    Throwable first = following.failure();
    return first != null ? first : Loop.failures(loops).stream().findFirst().orElse(null);
  }

  @Override
  public void close() {
    parts.close();
  }
}
