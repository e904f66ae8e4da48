package io.duly.reconciler;

import io.duly.orders.ResultEvent;
import io.duly.orders.Results;
import io.duly.orders.Witnesses;

/** What identifies a result: the how-manieth result of the attempt on the order. */
record ResultKey(String orderId, int attempt, int transition) {
  static ResultKey of(ResultEvent event) {
    return new ResultKey(event.orderId(), event.attempt(), event.transition());
  }

  static ResultKey of(Results.Stored stored) {
    return of(stored.event());
  }

  static ResultKey of(Witnesses.Sighting sighting) {
    return new ResultKey(sighting.orderId(), sighting.attempt(), sighting.transition());
  }
}
