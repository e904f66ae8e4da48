package io.duly.orders;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Which instance of ingest publishes which run, and how far it is. A run has one owner at a time:
 * what another one says of it changes nothing. Thread-safe.
 */
public final class RunOwnership {
  /** The one that was not tried for longest, so that a run that always fails holds up no other. */
  private static final String ADOPT =
      """
      UPDATE duly.run SET state = 'PUBLISHING', owner = :owner, owner_seen_at = clock_timestamp()
      WHERE id = (
        SELECT id FROM duly.run
        WHERE state IN ('OPEN', 'PUBLISHING') AND paused IS NULL
          AND (canary_at IS NULL OR canary_passed_at IS NOT NULL)
          AND (owner IN (:owner, '') OR owner_seen_at < clock_timestamp() - make_interval(secs => :patience))
          AND id <> ALL (:except)
        ORDER BY owner_seen_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING *
      """;

  /** Where a takeover finds them, it leaves them: the first owner has published after them. */
  private static final String BEGIN =
      """
      UPDATE duly.run SET start_offsets = :startOffsets, first_id = :after::{id_type}, last_id = coalesce(last_id, :after::{id_type})
      WHERE id = :id AND owner = :owner AND state = 'PUBLISHING' AND start_offsets IS NULL
      """;

  private static final String ADVANCE =
      """
      UPDATE duly.run SET last_id = :lastId::{id_type}, selected = selected + :published, owner_seen_at = clock_timestamp(),
        trouble = NULL, trouble_at = NULL
      WHERE id = :id AND owner = :owner AND state = 'PUBLISHING' AND paused IS NULL
      """;

  private static final String STAY =
      """
      UPDATE duly.run SET owner_seen_at = clock_timestamp(), trouble = NULL, trouble_at = NULL
      WHERE id = :id AND owner = :owner AND state = 'PUBLISHING' AND paused IS NULL
      """;

  private static final String STUCK =
      Notifications.telling(
          "run-stuck",
          "t.trouble",
          """
          UPDATE duly.run SET trouble = :trouble, trouble_at = clock_timestamp()
          WHERE id = :id AND owner = :owner AND state = 'PUBLISHING' AND trouble IS NULL
          """);

  private static final String PUBLISHED =
      """
      UPDATE duly.run SET state = 'PUBLISHED', published_at = clock_timestamp(), end_offsets = :endOffsets,
        trouble = NULL, trouble_at = NULL
      WHERE id = :id AND owner = :owner AND state = 'PUBLISHING' AND paused IS NULL
      """;

  private static final String LET_GO =
      "UPDATE duly.run SET owner = '' WHERE id = :id AND owner = :owner";

  private final Jdbi jdbi;
  private final String beginSql;
  private final String advanceSql;
  private final String owner;
  private final Duration patience;

  /**
   * @param owner the instance's name, which no other has
   * @param patience how long a run's owner may be unseen before it is taken over
   */
  public RunOwnership(Jdbi jdbi, OrdersTable table, String owner, Duration patience) {
    this.jdbi = jdbi;
    this.beginSql = table.sql(BEGIN);
    this.advanceSql = table.sql(ADVANCE);
    this.owner = owner;
    this.patience = patience;
  }

  /**
   * A run to publish: one of this owner's or nobody's, or one whose owner is gone. None that is
   * paused or waits for the outcomes of its first orders, and none of {@code except}.
   */
  public Optional<Run> adopt(List<Long> except) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(ADOPT)
                .bind("owner", owner)
                .bind("patience", patience.toMillis() / 1000.0)
                .bindArray("except", Long.class, except)
                .map(RunRow::run)
                .findOne());
  }

  /**
   * Saves where the topic ends before the run's first record, and the id after which its orders
   * begin, if any; false where that was done before.
   */
  public boolean begin(Run run, List<Long> startOffsets, @Nullable String after) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(beginSql)
                    .bind("id", run.id())
                    .bind("owner", owner)
                    .bindArray("startOffsets", Long.class, startOffsets)
                    .bind("after", after)
                    .execute()
                == 1);
  }

  /**
   * Saves that {@code published} ids up to {@code lastId} are acknowledged; false where the run has
   * another owner, is paused or cancelled.
   */
  public boolean advance(Run run, String lastId, long published) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(advanceSql)
                    .bind("id", run.id())
                    .bind("owner", owner)
                    .bind("lastId", lastId)
                    .bind("published", published)
                    .execute()
                == 1);
  }

  /** Stays the owner while it reads and publishes nothing; false as with {@link #advance}. */
  public boolean stay(Run run) {
    return jdbi.withHandle(
            handle -> handle.createUpdate(STAY).bind("id", run.id()).bind("owner", owner).execute())
        == 1;
  }

  /**
   * Saves what keeps the owner from publishing the run, until it gets on with it, and has it told;
   * false where that was done before.
   */
  public boolean stuck(long runId, String trouble) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery(STUCK)
                    .bind("id", runId)
                    .bind("owner", owner)
                    .bind("trouble", trouble)
                    .mapTo(Integer.class)
                    .one())
        == 1;
  }

  /** Publishes nothing more of the run: others may. */
  public void letGo(Run run) {
    jdbi.useHandle(
        handle -> handle.createUpdate(LET_GO).bind("id", run.id()).bind("owner", owner).execute());
  }

  /** Marks the run published up to {@code endOffsets}; false as with {@link #advance}. */
  public boolean published(Run run, List<Long> endOffsets) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(PUBLISHED)
                    .bind("id", run.id())
                    .bind("owner", owner)
                    .bindArray("endOffsets", Long.class, endOffsets)
                    .execute()
                == 1);
  }
}
