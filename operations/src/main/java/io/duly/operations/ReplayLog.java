package io.duly.operations;

import io.duly.operations.ReplayPlan.Move;
import java.sql.Array;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Who has moved the offsets of a group, and why. Thread-safe. */
public final class ReplayLog {
  private static final String ADD =
      """
      INSERT INTO duly.replay (who, reason, consumer_group, topic, partitions, before, after)
      VALUES (:who, :reason, :group, :topic, :partitions, :before, :after) RETURNING id
      """;
  private static final String REMOVE = "DELETE FROM duly.replay WHERE id = :id";
  private static final String LIST =
      "SELECT at, who, reason, consumer_group, topic, partitions, before, after FROM duly.replay ORDER BY id DESC LIMIT :limit";

  /**
   * One move of offsets.
   *
   * @param changes by partition, as in {@code 0: 17 to 3}
   */
  public record Entry(
      OffsetDateTime at, String who, String reason, String group, String topic, String changes) {}

  private final Jdbi jdbi;

  public ReplayLog(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Keeps what is about to be done; returns the entry's number. */
  long add(String who, String reason, String group, String topic, List<Move> moves) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(ADD)
                .bind("who", who)
                .bind("reason", reason)
                .bind("group", group)
                .bind("topic", topic)
                .bindArray(
                    "partitions",
                    Integer.class,
                    moves.stream().map(each -> each.partition().partition()).toList())
                .bindArray("before", Long.class, moves.stream().map(Move::committed).toArray())
                .bindArray("after", Long.class, moves.stream().map(Move::after).toList())
                .mapTo(Long.class)
                .one());
  }

  /** Takes an entry back: it was not done. */
  void remove(long entry) {
    jdbi.useHandle(handle -> handle.createUpdate(REMOVE).bind("id", entry).execute());
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
                                row.getArray("after"))))
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
