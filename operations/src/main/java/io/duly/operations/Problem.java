package io.duly.operations;

import java.util.Locale;

/** What an operator should know of; each kind has a section in {@code docs/runbook.md}. */
public record Problem(Kind kind, String detail) {
  /** The kinds, with whether somebody has to act soon. */
  public enum Kind {
    CALLS_PAUSED(false),
    RUN_PAUSED(false),
    RUN_STUCK(true),
    RUN_LATE(true),
    RUN_MISSED(true),
    NO_WORKER(true),
    ORDERS_STUCK(true),
    ORDERS_IN_DOUBT(false),
    LOG_NOT_READ(true),
    LOG_GAP(false),
    LOG_RETAINED(true),
    WEBHOOK_NOT_DELIVERED(false),
    KAFKA_NOT_READ(true);

    private final boolean urgent;

    Kind(boolean urgent) {
      this.urgent = urgent;
    }

    public boolean isUrgent() {
      return urgent;
    }

    /** The heading of its section, as in {@code calls-paused}. */
    public String section() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
