package io.duly.e2e.crash;

import io.duly.runtime.Failpoint;
import io.duly.sandbox.SampleContract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lays the cells of the matrix out in rounds. */
final class Plan {
  /**
   * Cells of one contract that are run together: those of a part that end it or throw by its first
   * process, those that it survives by its second.
   */
  record Round(SampleContract contract, Map<String, List<Cell>> byProcess) {
    List<Cell> of(String process) {
      return byProcess.getOrDefault(process, List.of());
    }

    List<Cell> cells() {
      return byProcess.values().stream().flatMap(Collection::stream).toList();
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

  /** Rounds in which a process has one cell of an action at most, at different failpoints. */
  static List<Round> rounds(List<Cell> cells) {
    List<Round> rounds = new ArrayList<>();
    for (SampleContract contract : SampleContract.values()) {
      Map<String, List<List<Cell>>> turns = new HashMap<>();
      for (String part : List.of("worker", "reconciler", "ingest")) {
        List<Cell> own =
            cells.stream()
                .filter(each -> each.contract() == contract && each.part().equals(part))
                .toList();
        turns.put(part + "-1", turns(own, Action.THROW, Action.HALT));
        turns.put(part + "-2", turns(own, Action.CUT, Action.PAUSE));
      }
      int most = turns.values().stream().mapToInt(List::size).max().orElse(0);
      for (int i = 0; i < most; i++) {
        int turn = i;
        Map<String, List<Cell>> byProcess = new HashMap<>();
        turns.forEach(
            (process, all) -> {
              if (turn < all.size()) {
                byProcess.put(process, all.get(turn));
              }
            });
        rounds.add(new Round(contract, byProcess));
      }
    }
    return rounds;
  }

  /**
   * What one process does in each round: a cell of {@code first}, and one of {@code second} at a
   * later place, so that what ends the process or holds it up does not come before the other.
   */
  private static List<List<Cell>> turns(List<Cell> cells, Action first, Action second) {
    List<Cell> waiting =
        new ArrayList<>(cells.stream().filter(each -> each.action() == second).toList());
    List<List<Cell>> turns = new ArrayList<>();
    for (Cell cell : cells.stream().filter(each -> each.action() == first).toList()) {
      List<Cell> turn = new ArrayList<>(List.of(cell));
      waiting.stream()
          .filter(each -> each.failpoint().ordinal() > cell.failpoint().ordinal())
          .findFirst()
          .ifPresent(turn::add);
      waiting.removeAll(turn);
      turns.add(turn);
    }
    waiting.forEach(each -> turns.add(List.of(each)));
    return turns;
  }
}
