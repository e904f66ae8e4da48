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
      case RECONCILER_RECALLED -> contract != SampleContract.IDEMPOTENT;
      case RECONCILER_QUEUED, RECONCILER_PUBLISHING, RECONCILER_PUBLISHED ->
          contract != SampleContract.NEITHER;
      default -> true;
    };
  }
}
