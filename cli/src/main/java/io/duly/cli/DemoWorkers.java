package io.duly.cli;

import io.duly.runtime.Parts;
import io.duly.sandbox.LedgerEntry;
import io.duly.sandbox.LedgerEvent;
import io.duly.sandbox.LedgerTail;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Worker and reconciler processes of a demonstration, and the crash of one worker. Used by one
 * thread.
 */
final class DemoWorkers implements AutoCloseable {
  private static final String HEAP = "256m";

  private final Parts parts = new Parts();
  private final Map<String, ChildProcess> workers = new HashMap<>();
  private final LedgerTail ledger;
  private final Path folder;

  /** Calls of the killed worker that had no answer when it was killed. */
  private final Set<String> unanswered = new HashSet<>();

  private Instant killedAt = Instant.MAX;

  private DemoWorkers(Path ledger, Path folder) {
    this.ledger = LedgerTail.of(ledger, this::follow);
    this.folder = folder;
  }

  private void follow(LedgerEntry entry) {
    if (entry.event() == LedgerEvent.ANSWERED && !entry.instant().isAfter(killedAt)) {
      unanswered.remove(entry.call().order());
    }
  }

  /**
   * Starts a reconciler and {@code count} workers as processes, whose settings are {@code
   * settings}.
   */
  static DemoWorkers start(DemoServers servers, Map<String, String> settings, int count) {
    DemoWorkers started = new DemoWorkers(servers.ledger(), servers.folder());
    started.launch("reconciler", "reconciler", settings);
    for (int i = 1; i <= count; i++) {
      Map<String, String> own = new HashMap<>(settings);
      own.put("worker.id", "worker-" + i);
      started.workers.put("worker-" + i, started.launch("worker-" + i, "worker", own));
    }
    return started;
  }

  private ChildProcess launch(String name, String command, Map<String, String> settings) {
    return parts.add(
        ChildProcess.start(
            folder.resolve(name + ".log"),
            HEAP,
            DemoSettings.environment(settings),
            List.of(command)));
  }

  /**
   * Kills the busiest worker if the ledger shows at least {@code least} unanswered calls of it now;
   * returns whether it did.
   */
  boolean killOneInFlight(int least) {
    ledger.poll();
    String busiest =
        Collections.max(
            workers.keySet(), Comparator.comparingInt(each -> ledger.inFlight(caller(each))));
    List<String> inFlight = ledger.ordersInFlight(caller(busiest));
    if (inFlight.size() < least) {
      return false;
    }
    unanswered.addAll(inFlight);
    killedAt = Instant.now();
    Objects.requireNonNull(workers.remove(busiest)).kill();
    ledger.poll();
    return true;
  }

  private static String caller(String worker) {
    return "duly/" + worker;
  }

  /** How many calls of the killed worker had no answer when it was killed. */
  int inFlightAtKill() {
    return unanswered.size();
  }

  @Override
  public void close() {
    parts.close();
  }
}
