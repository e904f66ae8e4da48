package io.duly.orders;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The one row that says how far the write-ahead log is confirmed, and whether there is a gap that
 * no sweep has closed yet. Thread-safe.
 */
public final class FeedTable {
  private static final String BEGIN =
      """
      INSERT INTO duly.feed AS f (system_id, confirmed_lsn, confirmed_at, gap, gap_at)
      SELECT c.system_identifier, s.confirmed_flush_lsn, clock_timestamp(), :gap::text, CASE WHEN :gap::text IS NOT NULL THEN clock_timestamp() END
      FROM pg_control_system() c, pg_replication_slots s WHERE s.slot_name = :slot
      ON CONFLICT (single) DO UPDATE SET system_id = excluded.system_id, confirmed_lsn = excluded.confirmed_lsn,
        confirmed_at = excluded.confirmed_at,
        gap = CASE WHEN excluded.gap IS NULL OR f.gap_closed_at IS NULL THEN coalesce(f.gap, excluded.gap) ELSE excluded.gap END,
        gap_at = coalesce(excluded.gap_at, f.gap_at),
        gap_closed_at = CASE WHEN excluded.gap IS NULL THEN f.gap_closed_at END
      """;
  private static final String CONFIRM =
      """
      UPDATE duly.feed SET confirmed_lsn = greatest(confirmed_lsn, '0/0'::pg_lsn + :lsn::numeric), confirmed_at = clock_timestamp()
      """;
  private static final String OPEN_GAP =
      """
      UPDATE duly.feed SET gap = CASE WHEN gap_closed_at IS NULL THEN coalesce(gap, :gap) ELSE :gap END,
        gap_at = clock_timestamp(), gap_closed_at = NULL
      """;
  private static final String GAP =
      "SELECT gap, gap_at FROM duly.feed WHERE gap IS NOT NULL AND gap_closed_at IS NULL";
  private static final String CLOSE_GAP =
      "UPDATE duly.feed SET gap_closed_at = clock_timestamp() WHERE gap_at = :at";
  private static final String POSITION =
      """
      SELECT f.confirmed_lsn - '0/0'::pg_lsn AS lsn, f.system_id = c.system_identifier
        AND f.confirmed_lsn <= pg_current_wal_insert_lsn() AS ours
      FROM duly.feed f, pg_control_system() c
      """;
  private static final String AGE =
      "SELECT extract(epoch FROM clock_timestamp() - confirmed_at)::float8 FROM duly.feed";
  private static final String HAS_ATTEMPTS = "SELECT EXISTS (SELECT FROM duly.attempt)";

  private final Jdbi jdbi;

  public FeedTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Counts from where {@code slot} stands, which has missed nothing. */
  public void begin(String slot) {
    begin(slot, null);
  }

  /** Counts from where {@code slot} stands, after changes were missed for {@code reason}. */
  public void beginAfterGap(String slot, String reason) {
    begin(slot, reason);
  }

  private void begin(String slot, @Nullable String gap) {
    jdbi.useHandle(
        handle -> handle.createUpdate(BEGIN).bind("slot", slot).bind("gap", gap).execute());
  }

  /** The log is confirmed up to {@code lsn}; the slot may follow once this has returned. */
  public void confirm(long lsn) {
    jdbi.useHandle(handle -> handle.createUpdate(CONFIRM).bind("lsn", lsn).execute());
  }

  /** Keeps that changes were or will be missed, before anything is done about it. */
  public void openGap(String reason) {
    jdbi.useHandle(handle -> handle.createUpdate(OPEN_GAP).bind("gap", reason).execute());
  }

  /** The gap that no sweep has closed yet. */
  public Optional<Gap> gap() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(GAP)
                .map(
                    (row, context) ->
                        new Gap(
                            row.getString("gap"),
                            row.getObject("gap_at", OffsetDateTime.class).toInstant()))
                .findOne());
  }

  /** A sweep that began after {@code gap} has made up for it; a newer gap stays. */
  public void closeGap(Gap gap) {
    jdbi.useHandle(
        handle ->
            handle.createUpdate(CLOSE_GAP).bind("at", gap.at().atOffset(ZoneOffset.UTC)).execute());
  }

  /** How far the log was confirmed, if ever. */
  public Optional<Position> position() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(POSITION)
                .map((row, context) -> new Position(row.getLong("lsn"), row.getBoolean("ours")))
                .findOne());
  }

  /** How long ago the log was confirmed last, by the database's clock. */
  public Optional<Duration> sinceConfirmed() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(AGE)
                .mapTo(Double.class)
                .findOne()
                .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000))));
  }

  /** Whether there is anything that the log may have been missed for. */
  public boolean hasAttempts() {
    return jdbi.withHandle(handle -> handle.createQuery(HAS_ATTEMPTS).mapTo(Boolean.class).one());
  }

  /**
   * A position in the log.
   *
   * @param here whether it is one of the server that answers now, and not ahead of its log
   */
  public record Position(long lsn, boolean here) {}
}
