package io.duly.orders;

/**
 * The status of an order as its table shows it. Owner of the legal moves; the truth behind it is
 * the attempt.
 */
public enum OrderStatus {
  PENDING,
  PROCESSING,
  COMPLETED,
  FAILED,
  /** Sent or maybe sent, the answer unknown. */
  IN_DOUBT,
  /** Taken out by its owner or by a cancelled run. */
  CANCELLED;

  /** Whether Duly may move an order from this status to {@code next}. */
  public boolean canBecome(OrderStatus next) {
    return switch (this) {
      case PENDING -> next == PROCESSING || next == IN_DOUBT || next == CANCELLED;
      case PROCESSING -> next == PENDING || next == COMPLETED || next == FAILED || next == IN_DOUBT;
      case IN_DOUBT -> next == PENDING || next == COMPLETED || next == FAILED;
      case COMPLETED, FAILED, CANCELLED -> false;
    };
  }

  /** Whether nothing more happens to the order by itself. */
  public boolean isSettled() {
    return switch (this) {
      case PENDING, PROCESSING -> false;
      case COMPLETED, FAILED, IN_DOUBT, CANCELLED -> true;
    };
  }
}
