package io.duly.cli;

import io.duly.runtime.Parts;
import io.duly.sandbox.LedgerEntry;
import io.duly.sandbox.LedgerEvent;
import io.duly.sandbox.LedgerTail;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  /** Calls of the worker being killed that have no answer yet. */
  private final Set<String> unanswered = new HashSet<>();

  private int inFlightAtKill;

  private DemoWorkers(Path ledger, Path folder) {
    this.ledger = LedgerTail.of(ledger, this::follow);
    this.folder = folder;
  }

  private void follow(LedgerEntry entry) {
    if (entry.event() == LedgerEvent.ANSWERED) {
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
   * Kills a worker if the ledger shows unanswered calls of it now; returns whether one was caught
   * so.
   */
  boolean killOneInFlight() {
    ledger.poll();
    for (Map.Entry<String, ChildProcess> each : workers.entrySet()) {
      String caller = "duly/" + each.getKey();
      if (ledger.inFlight(caller) > 0) {
        unanswered.addAll(ledger.ordersInFlight(caller));
        each.getValue().kill();
        ledger.poll();
        workers.remove(each.getKey());
        inFlightAtKill = unanswered.size();
        unanswered.clear();
        return inFlightAtKill > 0;
      }
    }
    return false;
  }

  int inFlightAtKill() {
    return inFlightAtKill;
  }

  /** Whether all processes that were not killed on purpose still run. */
  boolean areAlive() {
    return workers.values().stream().allMatch(ChildProcess::isAlive);
  }

  @Override
  public void close() {
    parts.close();
  }
}
