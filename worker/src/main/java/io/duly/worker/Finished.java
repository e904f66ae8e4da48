package io.duly.worker;

import io.duly.orders.DueOrder;
import io.duly.orders.ResultEvent;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic that the worker is done with.
 *
 * @param passes whether its offset may be committed; a released order must be delivered again
 * @param event what is told to readers of the result topic, if anything
 */
record Finished(DueOrder due, boolean passes, @Nullable ResultEvent event) {
  static Finished passed(DueOrder due) {
    return new Finished(due, true, null);
  }

  static Finished released(DueOrder due) {
    return new Finished(due, false, null);
  }
}
