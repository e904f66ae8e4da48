package io.duly.runtime;

import java.util.Locale;

/**
 * The places where a test makes this process fail, one for each crash point of the protocol. Off
 * unless the environment variable {@code DULY_FAILPOINTS} names them, see {@link Failpoints}.
 * Thread-safe.
 */
public enum Failpoint {
  /** A run is adopted, nothing of it is published. */
  INGEST_ADOPTED,
  /** A page of ids is acknowledged by Kafka, and not saved. */
  INGEST_PUBLISHED,
  /** A page is published and saved. */
  INGEST_SAVED,
  /** All pages are published; the end offsets are known, and not saved. */
  INGEST_ENDING,
  /** Records are read from the topic, nothing is done with them. */
  WORKER_POLLED,
  /** The claim is about to be sent to the database. */
  WORKER_CLAIMING,
  /** The claim is committed. */
  WORKER_CLAIMED,
  /** The intent to send is acknowledged by Kafka (contracts lookup and neither). */
  WORKER_ANNOUNCED,
  /** The connection to the API stands, no byte of the request is written. */
  WORKER_SENDING,
  /** The request is handed to the socket. */
  WORKER_SENT,
  /** The answer is in memory. */
  WORKER_ANSWERED,
  /** The record is about to be sent to the database. */
  WORKER_RECORDING,
  /** The record is committed. */
  WORKER_RECORDED,
  /** Events and offsets are in a Kafka transaction that is not committed. */
  WORKER_COMMITTING,
  /** The Kafka transaction is committed. */
  WORKER_COMMITTED,
  /** Partitions are being taken away. */
  WORKER_REVOKED,
  /** Changes are read from the write-ahead log, nothing is done with them. */
  RECONCILER_READ,
  /** Attempts of dead workers are closed in the database. */
  RECONCILER_ABANDONED,
  /** Due orders are queued in the database, and not published. */
  RECONCILER_QUEUED,
  /** The log has told of due orders; they are about to be published. */
  RECONCILER_PUBLISHING,
  /** Due orders are published; the log is not acknowledged. */
  RECONCILER_PUBLISHED,
  /** What was seen is saved; the log is not acknowledged. */
  RECONCILER_SAVED,
  /** Results that their worker could not tell are in a Kafka transaction that is not committed. */
  RECONCILER_TELLING,
  /** That transaction is committed. */
  RECONCILER_TOLD,
  /** Lookups have answered, nothing is recorded (contract lookup). */
  RECONCILER_LOOKED_UP,
  /** Forgotten claims are recalled, the database is not trusted yet. */
  RECONCILER_RECALLED,
  /** A run balances and is about to be closed. */
  RECONCILER_CLOSING;

  /** The name that {@code DULY_FAILPOINTS} uses, as in {@code worker-claimed}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Fails here where it was asked for; does nothing else. */
  public void reach() {
    Failpoints.ACTIVE.reach(this);
  }
}
