package io.duly.orders;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the owner's table may refuse to one order, by a trigger, a row policy or a constraint, is
 * done to all others.
 */
final class OwnersRefusal {
  /**
   * Classes of SQLSTATE of what passes or is no matter of one row: connection, rollback, resources,
   * locks, an operator's hand, the system.
   */
  private static final Set<String> NOT_OF_A_ROW =
      Set.of("08", "25", "40", "53", "55", "57", "58", "XX");

  private OwnersRefusal() {}

  /**
   * Does {@code move} to {@code all} at once, or where that is refused, to each alone; what is
   * refused alone is given to {@code otherwise} with the reason. Returns what these return, all
   * together. Failures that are no refusal are thrown.
   */
  static <T> List<String> moveOr(
      List<T> all,
      Function<List<T>, List<String>> move,
      BiFunction<T, String, List<String>> otherwise) {
    try {
      return move.apply(all);
    } catch (RuntimeException e) {
      String reason = reason(e).orElseThrow(() -> e);
      if (all.size() == 1) {
        return otherwise.apply(all.get(0), reason);
      }
      List<String> done = new ArrayList<>();
      all.forEach(each -> done.addAll(moveOr(List.of(each), move, otherwise)));
      return done;
    }
  }

  /** What the server says without the row's values; empty where it refused nothing. */
  private static Optional<String> reason(@Nullable Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SQLException sql) {
        String state = String.valueOf(sql.getSQLState());
        boolean isOfARow = state.length() == 5 && !NOT_OF_A_ROW.contains(state.substring(0, 2));
        return isOfARow ? String.valueOf(sql.getMessage()).lines().findFirst() : Optional.empty();
      }
    }
    return Optional.empty();
  }
}
