package io.duly.orders;

/** How an attempt ended. */
public enum Outcome {
  /** The API executed the order and said so. */
  COMPLETED,
  /** The API refused the order for good. */
  FAILED,
  /**
   * The request was sent or may have been sent and the answer is unknown; only a lookup, a late
   * answer or a person settles it.
   */
  IN_DOUBT,
  /** As IN_DOUBT, but the API honours the idempotency key: the same key is sent again. */
  RETRY,
  /** Proof that the API did not execute it: no byte was sent, it said so, or a lookup did. */
  NOT_EXECUTED,
  /**
   * As NOT_EXECUTED, and perhaps the order's own fault: it counts as an attempt, so that an order
   * that no API and no template ever takes comes to an end.
   */
  TURNED_AWAY,
  /** Claimed and given back unsent by a worker that stops. */
  RELEASED,
  /** The worker died; the API honours the idempotency key: the same key is sent again. */
  LOST;

  /** The status that the order takes with it. */
  public OrderStatus status() {
    return switch (this) {
      case COMPLETED -> OrderStatus.COMPLETED;
      case FAILED -> OrderStatus.FAILED;
      case IN_DOUBT -> OrderStatus.IN_DOUBT;
      case RETRY, NOT_EXECUTED, TURNED_AWAY, RELEASED, LOST -> OrderStatus.PENDING;
    };
  }

  /** Whether it is told to readers of the result topic. */
  public boolean isResult() {
    return status().isSettled();
  }
}
