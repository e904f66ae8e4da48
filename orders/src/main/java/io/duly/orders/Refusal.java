package io.duly.orders;

/**
 * Why a record claimed nothing. The list is total; only LOCKED and NOT_TRUSTED make the record
 * wait.
 */
public enum Refusal {
  /** The order is COMPLETED or FAILED. */
  TERMINAL,
  /** Another attempt on it is open. */
  OPEN_ELSEWHERE,
  /** Its next attempt is not due yet; the reconciler publishes it when it is. */
  RETRY_NOT_DUE,
  /** It is in doubt. */
  IN_DOUBT,
  /** The claim's guard refused a call that may be the second one; the order is in doubt now. */
  GUARDED,
  /** Somebody else has locked the row; the record is tried again shortly. */
  LOCKED,
  /** The server restarted, and its memory was not yet compared with the intents in Kafka. */
  NOT_TRUSTED,
  /** The run that the record names does not exist, is closed or cancelled. */
  RUN_NOT_OPEN,
  /** The run is paused; what it is owed is published anew when it goes on. */
  RUN_PAUSED,
  DELETED,
  CANCELLED,
  /** The table does not let it become PROCESSING, or in doubt where the guard wants that. */
  REFUSED_BY_TABLE,
  /** The status column holds a value that Duly does not know. */
  UNKNOWN_STATUS,
  /** The same id stands twice in one batch. */
  REPEATED;

  /** Whether the record stays, to be tried again shortly. */
  public boolean waits() {
    return this == LOCKED || this == NOT_TRUSTED;
  }
}
