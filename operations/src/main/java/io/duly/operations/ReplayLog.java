package io.duly.operations;

import io.duly.operations.ReplayPlan.Move;
import java.sql.Array;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Who has moved the offsets of a group, why, and what came of it. An entry is made before the move
 * and never taken back. Thread-safe.
 */
public final class ReplayLog {
  private static final String ADD =
      """
      INSERT INTO duly.replay (who, reason, consumer_group, topic, partitions, before, after)
      VALUES (:who, :reason, :group, :topic, :partitions, :before, :after) RETURNING id
      """;
  private static final String SETTLE =
      "UPDATE duly.replay SET outcome = :outcome, detail = :detail WHERE id = :id";
  private static final String LIST =
      """
      SELECT at, who, reason, consumer_group, topic, partitions, before, after, concat_ws(': ', outcome, detail) AS outcome
      FROM duly.replay ORDER BY id DESC LIMIT :limit
      """;

  /** What came of a move that was asked for; that of one without is not known. */
  enum Outcome {
    DONE,
    FAILED
  }

  /**
   * Who moves which offsets.
   *
   * @param group whose they are
   */
  record Asked(String who, String reason, String group, String topic) {}

  /**
   * One move of offsets.
   *
   * @param changes by partition, as in {@code 0: 17 to 3}
   * @param outcome DONE or FAILED with what is known of it, or ASKED where that is nothing
   */
  public record Entry(
      OffsetDateTime at,
      String who,
      String reason,
      String group,
      String topic,
      String changes,
      String outcome) {}

  private final Jdbi jdbi;

  public ReplayLog(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Keeps what is about to be done; returns the entry's number. */
  long add(Asked asked, List<Move> moves) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(ADD)
                .bind("who", asked.who())
                .bind("reason", asked.reason())
                .bind("group", asked.group())
                .bind("topic", asked.topic())
                .bindArray(
                    "partitions",
                    Integer.class,
                    moves.stream().map(each -> each.partition().partition()).toList())
                .bindArray("before", Long.class, moves.stream().map(Move::committed).toArray())
                .bindArray("after", Long.class, moves.stream().map(Move::after).toList())
                .mapTo(Long.class)
                .one());
  }

  /** Keeps what came of an entry. */
  void settle(long entry, Outcome outcome, @Nullable String detail) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(SETTLE)
                .bind("id", entry)
                .bind("outcome", outcome.name())
                .bind("detail", detail)
                .execute());
  }

  /** Up to {@code limit} moves, the last one first. */
  public List<Entry> list(int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(LIST)
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Entry(
                            row.getObject("at", OffsetDateTime.class),
                            row.getString("who"),
                            row.getString("reason"),
                            row.getString("consumer_group"),
                            row.getString("topic"),
                            changes(
                                row.getArray("partitions"),
                                row.getArray("before"),
                                row.getArray("after")),
                            row.getString("outcome")))
                .list());
  }

  private static String changes(Array partitions, Array before, Array after) throws SQLException {
    Object[] numbers = (Object[]) partitions.getArray();
    Object[] from = (Object[]) before.getArray();
    Object[] to = (Object[]) after.getArray();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < numbers.length; i++) {
      text.append(i == 0 ? "" : ", ")
          .append("%s: %s to %s".formatted(numbers[i], from[i] == null ? "-" : from[i], to[i]));
    }
    return text.toString();
  }
}
