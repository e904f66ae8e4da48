package io.duly.orders;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * That the orders table does not take a row as a statement would leave it: a constraint, a trigger,
 * a type or a policy of its owner's. Other rows may well be taken, and time alone does not help.
 */
public final class TableRefusal {
  private static final String DENIED = "42501";

  /** Classes of errors that say nothing of a row. */
  private static final Set<String> OF_SERVER_OR_STATEMENT =
      Set.of(
          "08", "0A", "25", "26", "28", "3D", "3F", "40", "42", "53", "55", "57", "58", "F0", "XX");

  private TableRefusal() {}

  /** What was refused, where that is why a statement failed: error code and first line. */
  public static Optional<String> reason(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SQLException e && e.getSQLState() != null) {
        return isRefusal(e.getSQLState())
            ? Optional.of(e.getSQLState() + ": " + firstLine(e))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * Does {@code move} to {@code all} at once, or where one of them is refused, to each half of them
   * for itself; what is refused alone is given to {@code otherwise} with the reason. Returns what
   * these return, all together. Failures that are no refusal are thrown.
   */
  public static <T> List<String> moveOr(
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
      int middle = all.size() / 2;
      List<String> done = new ArrayList<>(moveOr(all.subList(0, middle), move, otherwise));
      done.addAll(moveOr(all.subList(middle, all.size()), move, otherwise));
      return done;
    }
  }

  private static boolean isRefusal(String state) {
    return state.length() == 5
        && (state.equals(DENIED) || !OF_SERVER_OR_STATEMENT.contains(state.substring(0, 2)));
  }

  /** The lines below show the row. */
  private static String firstLine(SQLException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return StorableText.of(line.replaceFirst("^[A-Z]+: ", ""));
  }
}
