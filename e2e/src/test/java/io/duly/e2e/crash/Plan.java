package io.duly.e2e.crash;

import io.duly.runtime.Failpoint;
import io.duly.sandbox.SampleContract;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Lays the cells of the matrix out in rounds. */
final class Plan {
  /** Cells of one contract that are run together: those of each part by one process. */
  record Round(SampleContract contract, Map<String, List<Cell>> byPart) {
    List<Cell> cells() {
      return byPart.values().stream().flatMap(Collection::stream).toList();
    }
  }

  private Plan() {}

  /** Every failpoint in every way under every contract. */
  static List<Cell> full() {
    List<Cell> cells = new ArrayList<>();
    for (Failpoint failpoint : Failpoint.values()) {
      for (Action action : Action.values()) {
        for (SampleContract contract : SampleContract.values()) {
          cells.add(new Cell(failpoint, action, contract));
        }
      }
    }
    return cells.stream().filter(Cell::exists).toList();
  }

  /**
   * As few cells as hold every pair of failpoint and action, of failpoint and contract, and of
   * action and contract.
   */
  static List<Cell> pairwise() {
    List<Cell> cells = new ArrayList<>();
    for (Failpoint failpoint : Failpoint.values()) {
      List<SampleContract> contracts =
          Arrays.stream(SampleContract.values())
              .filter(each -> new Cell(failpoint, Action.HALT, each).exists())
              .toList();
      for (Action action : Action.values()) {
        int turn = (failpoint.ordinal() + action.ordinal()) % contracts.size();
        cells.add(new Cell(failpoint, action, contracts.get(turn)));
      }
    }
    return cells;
  }

  /** Rounds in which a process has one cell of each action at most, at different failpoints. */
  static List<Round> rounds(List<Cell> cells) {
    List<Round> rounds = new ArrayList<>();
    for (SampleContract contract : SampleContract.values()) {
      List<List<Cell>> ofWorkers = processes(cells, contract, "worker");
      List<List<Cell>> ofReconcilers = processes(cells, contract, "reconciler");
      List<List<Cell>> ofIngests = processes(cells, contract, "ingest");
      int most = Math.max(ofWorkers.size(), Math.max(ofReconcilers.size(), ofIngests.size()));
      for (int i = 0; i < most; i++) {
        rounds.add(
            new Round(
                contract,
                Map.of(
                    "worker", at(ofWorkers, i),
                    "reconciler", at(ofReconcilers, i),
                    "ingest", at(ofIngests, i))));
      }
    }
    return rounds;
  }

  private static List<Cell> at(List<List<Cell>> processes, int index) {
    return index < processes.size() ? processes.get(index) : List.of();
  }

  private static List<List<Cell>> processes(
      List<Cell> cells, SampleContract contract, String part) {
    Map<Action, Deque<Cell>> waiting = new EnumMap<>(Action.class);
    cells.stream()
        .filter(each -> each.contract() == contract && each.part().equals(part))
        .forEach(
            each -> waiting.computeIfAbsent(each.action(), any -> new ArrayDeque<>()).add(each));
    List<List<Cell>> processes = new ArrayList<>();
    while (waiting.values().stream().anyMatch(each -> !each.isEmpty())) {
      processes.add(process(waiting.values()));
    }
    return processes;
  }

  private static List<Cell> process(Collection<Deque<Cell>> waiting) {
    List<Cell> taken = new ArrayList<>();
    for (Deque<Cell> each : waiting) {
      each.stream()
          .filter(cell -> taken.stream().noneMatch(other -> other.failpoint() == cell.failpoint()))
          .findFirst()
          .ifPresent(
              cell -> {
                taken.add(cell);
                each.remove(cell);
              });
    }
    return taken;
  }
}
