package io.duly.e2e.crash;

import io.duly.runtime.Failpoint;
import io.duly.sandbox.SampleContract;

/** One case of the matrix. */
record Cell(Failpoint failpoint, Action action, SampleContract contract) {
  /** The part of Duly that has the failpoint: ingest, worker or reconciler. */
  String part() {
    return failpoint.key().substring(0, failpoint.key().indexOf('-'));
  }

  /** Whether the place exists under the contract and without a restart of the database. */
  boolean exists() {
    return switch (failpoint) {
      case WORKER_ANNOUNCED -> contract != SampleContract.IDEMPOTENT;
      case RECONCILER_LOOKED_UP -> contract == SampleContract.LOOKUP;
      case RECONCILER_QUEUED, RECONCILER_PUBLISHING, RECONCILER_PUBLISHED ->
          contract != SampleContract.NEITHER;
      default -> true;
    };
  }

  /** What the environment variable says of it; {@code cutPort} is where a cut is asked for. */
  String order(int cutPort) {
    String order = failpoint.key() + "=" + action.order();
    return switch (action) {
      case HALT -> order + (isRepeated() ? "@2" : ""); // after the other one of the process
      case CUT -> order + ":" + cutPort;
      case PAUSE, THROW -> order;
    };
  }

  /** Whether a process passes the place again and again. */
  private boolean isRepeated() {
    return switch (failpoint) {
      case INGEST_PUBLISHED, INGEST_SAVED -> false;
      case WORKER_POLLED, WORKER_CLAIMING, WORKER_CLAIMED, WORKER_ANNOUNCED -> true;
      case WORKER_SENDING, WORKER_SENT, WORKER_ANSWERED -> true;
      case WORKER_RECORDING, WORKER_RECORDED, WORKER_COMMITTING, WORKER_COMMITTED -> true;
      case RECONCILER_READ, RECONCILER_SAVED -> true;
      default -> false;
    };
  }
}
