package io.duly.sandbox.verdict;

import org.jspecify.annotations.Nullable;

/** The status of an order, and the moves that Duly promised to keep to. */
enum Status {
  PENDING,
  PROCESSING,
  COMPLETED,
  FAILED,
  IN_DOUBT,
  CANCELLED,
  /** A text that is none of the others, or none at all; no move from or to it is legal. */
  UNKNOWN;

  static Status of(@Nullable String text) {
    for (Status each : values()) {
      if (each != UNKNOWN && each.name().equals(text)) {
        return each;
      }
    }
    return UNKNOWN;
  }

  /** Whether an order may go from this status to {@code next}, another one. */
  boolean mayBecome(Status next) {
    return switch (this) {
      case PENDING -> next == PROCESSING || next == IN_DOUBT || next == CANCELLED;
      case PROCESSING -> next == PENDING || next.isResult();
      case IN_DOUBT -> next == PENDING || next == COMPLETED || next == FAILED;
      case COMPLETED, FAILED, CANCELLED, UNKNOWN -> false;
    };
  }

  /** Whether the result topic must tell of it. */
  boolean isResult() {
    return this == COMPLETED || this == FAILED || this == IN_DOUBT;
  }
}
