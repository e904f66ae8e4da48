package io.duly.e2e.crash;

import io.duly.runtime.Failpoint;
import io.duly.sandbox.SampleContract;
import io.duly.sandbox.verdict.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the matrix showed, as a table. Thread-safe. */
final class MatrixTable {
  private final Map<Cell, String> marks = new HashMap<>();
  private int rounds;
  private long orders;
  private long calls;
  private long twice;
  private long lost;
  private long stuck;

  synchronized void add(Plan.Round round, List<Cell> reached, Verdict verdict) {
    for (Cell cell : round.cells()) {
      marks.put(
          cell, !verdict.holds() ? "**fails**" : reached.contains(cell) ? "holds" : "not reached");
    }
    rounds++;
    orders += verdict.orders();
    calls += verdict.calls();
    twice += verdict.ordersWithTwoEffects();
    lost += verdict.lost();
    stuck += verdict.stuck();
  }

  /** Writes it as a page, and prints it. */
  synchronized void write(Path file) {
    StringBuilder page = new StringBuilder("| failpoint | way |");
    for (SampleContract contract : SampleContract.values()) {
      page.append(' ').append(contract.toString().toLowerCase(Locale.ROOT)).append(" |");
    }
    page.append("\n| --- | --- |")
        .append(" --- |".repeat(SampleContract.values().length))
        .append('\n');
    for (Failpoint failpoint : Failpoint.values()) {
      for (Action action : Action.values()) {
        page.append("| ").append(failpoint.key()).append(" | ");
        page.append(action.toString().toLowerCase(Locale.ROOT)).append(" |");
        for (SampleContract contract : SampleContract.values()) {
          page.append(' ').append(mark(new Cell(failpoint, action, contract))).append(" |");
        }
        page.append('\n');
      }
    }
    page.append(
        String.format(
            Locale.ROOT,
            "%nrounds %d · orders %d · calls %d · orders with two effects %d · lost %d · stuck %d%n",
            rounds,
            orders,
            calls,
            twice,
            lost,
            stuck));
    System.out.println(page);
    try {
      Files.writeString(file, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String mark(Cell cell) {
    return cell.exists() ? marks.getOrDefault(cell, "") : "–";
  }
}
