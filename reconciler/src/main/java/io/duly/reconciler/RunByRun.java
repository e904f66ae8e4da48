package io.duly.reconciler;

import io.duly.orders.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does a step for each of several runs, so that one that fails keeps none of the others from it.
 */
final class RunByRun {
  /** What is done for one run. */
  interface RunStep {
    /** Returns how much it did. */
    int once(Run run) throws Exception;
  }

  private RunByRun() {}

  /**
   * Does {@code step} for each of {@code runs}; returns how much was done in all. Where it fails
   * for some, that is thrown after the last one, with the number of each such run.
   */
  static int each(List<Run> runs, RunStep step) throws InterruptedException {
    int done = 0;
    @Nullable IllegalStateException failure = null;
    for (Run run : runs) {
      try {
        done += step.once(run);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        IllegalStateException named =
            new IllegalStateException(
                "run " + run.id() + " cannot be judged, which is tried again: " + e, e);
        if (failure == null) {
          failure = named;
        } else {
          failure.addSuppressed(named);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return done;
  }
}
