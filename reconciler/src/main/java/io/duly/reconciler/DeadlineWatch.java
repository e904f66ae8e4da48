package io.duly.reconciler;

import io.duly.orders.Deadlines;
import io.duly.orders.Maintenance;
import io.duly.runtime.Durations;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when each open run will be done at its present rate, and warns once when that passes its
 * deadline or nothing gets done at all, and once when the deadline has passed. One thread.
 */
final class DeadlineWatch {
  private static final Logger log = LoggerFactory.getLogger(DeadlineWatch.class);
  private static final long LOOK_NANOS = Duration.ofSeconds(2).toNanos();

  private final Deadlines deadlines;
  private final @Nullable Duration within;
  private final Maintenance maintenance;
  private final InstantSource time;
  private final LongSupplier nanoClock;
  private final Map<Long, Tempo> tempos = new HashMap<>();
  private long lookedNanos;

  /** {@code time} tells of maintenance; {@code nanoClock} counts as System.nanoTime() does. */
  DeadlineWatch(
      Deadlines deadlines, Settings settings, InstantSource time, LongSupplier nanoClock) {
    String text = settings.text("run.deadline");
    this.deadlines = deadlines;
    this.within = text.isBlank() ? null : Durations.parse(text);
    this.maintenance = Maintenance.of(settings);
    this.time = time;
    this.nanoClock = nanoClock;
    this.lookedNanos = nanoClock.getAsLong() - LOOK_NANOS;
  }

  /** A look at the open runs, where it is time; returns 0, so that the loop rests. */
  int once() {
    long now = nanoClock.getAsLong();
    if (now - lookedNanos < LOOK_NANOS) {
      return 0;
    }
    lookedNanos = now;
    if (within != null) {
      deadlines.set(within);
    }
    List<Deadlines.Progress> open = deadlines.progress();
    tempos
        .keySet()
        .retainAll(open.stream().map(Deadlines.Progress::runId).collect(Collectors.toSet()));
    open.forEach(each -> look(each, now));
    return 0;
  }

  private void look(Deadlines.Progress run, long now) {
    Tempo tempo = tempos.computeIfAbsent(run.runId(), none -> new Tempo());
    tempo.add(now, run.done());
    if (!run.isToGoOn() || !maintenance.allows(time.instant(), Duration.ZERO)) {
      tempo.rest(now);
    }
    boolean hasBegun = run.selected() > 0;
    deadlines.expect(
        run.runId(), hasBegun ? tempo.timeFor(run.selected() - run.done()).orElse(null) : null);
    if (deadlines.isAtRisk(run.runId())) {
      log.warn("Run will be late: its ETA is after its deadline runId={}", run.runId());
    }
    if (tempo.isStill() && deadlines.isStalled(run.runId())) {
      log.warn("Run will be late: nothing gets done runId={} done={}", run.runId(), run.done());
    }
    if (deadlines.isPassed(run.runId())) {
      log.error("Run is late: its deadline has passed runId={}", run.runId());
    }
  }
}
