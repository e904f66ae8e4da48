package io.duly.orders;

/** Counts of a run's results so far. */
public record RunTotals(long completed, long failed, long inDoubt) {
  public long settled() {
    return completed + failed + inDoubt;
  }
}
