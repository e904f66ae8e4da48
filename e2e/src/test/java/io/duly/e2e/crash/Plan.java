package io.duly.e2e.crash;

import io.duly.runtime.Failpoint;
import io.duly.sandbox.SampleContract;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lays the cells of the matrix out in rounds. */
final class Plan {
  /** Cells of one contract that are run side by side, by part. */
  record Round(
      SampleContract contract, List<Cell> workers, List<Cell> reconcilers, List<Cell> ingests) {
    List<Cell> cells() {
      List<Cell> all = new ArrayList<>(workers);
      all.addAll(reconcilers);
      all.addAll(ingests);
      return all;
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

  /** Rounds of up to three workers, two reconcilers and one ingest each. */
  static List<Round> rounds(List<Cell> cells) {
    List<Round> rounds = new ArrayList<>();
    for (SampleContract contract : SampleContract.values()) {
      Map<String, Deque<Cell>> parts = new HashMap<>();
      cells.stream()
          .filter(each -> each.contract() == contract)
          .forEach(
              each -> parts.computeIfAbsent(each.part(), part -> new ArrayDeque<>()).add(each));
      while (parts.values().stream().anyMatch(each -> !each.isEmpty())) {
        rounds.add(
            new Round(
                contract,
                take(parts, "worker", 3),
                take(parts, "reconciler", 2),
                take(parts, "ingest", 1)));
      }
    }
    return rounds;
  }

  private static List<Cell> take(Map<String, Deque<Cell>> parts, String part, int most) {
    Deque<Cell> waiting = parts.getOrDefault(part, new ArrayDeque<>());
    List<Cell> taken = new ArrayList<>();
    while (taken.size() < most && !waiting.isEmpty()) {
      taken.add(waiting.removeFirst());
    }
    return taken;
  }
}
