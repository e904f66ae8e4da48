package io.duly.worker;

import org.assertj.core.api.Assertions;

/**
 * Judges how much is done in a time. What is promised to hold always is judged by the tests
 * themselves; speed depends on what else the machine does, so all of it is judged by the nightly
 * profile, and the gate judges the best stretch of a run.
 */
final class Speed {
  private static final boolean NIGHTLY =
      System.getProperty("duly.matrix", "pairwise").equals("full");

  private Speed() {}

  /** Holds {@code best} against {@code bound}, by night also the {@code usual}. */
  static void check(double best, double usual, double bound) {
    Assertions.assertThat(best).as("in the best stretch").isGreaterThanOrEqualTo(bound);
    if (NIGHTLY) {
      Assertions.assertThat(usual).as("usually").isGreaterThanOrEqualTo(bound);
    }
  }
}
