package io.duly.orders;

/**
 * Why a record claimed nothing. The list is total; none of these ever makes the record wait but
 * LOCKED.
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
  DELETED,
  CANCELLED,
  /** The status column holds a value that Duly does not know. */
  UNKNOWN_STATUS,
  /** The same id stands twice in one batch. */
  REPEATED
}
