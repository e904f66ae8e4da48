package io.duly.orders;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What the owner's table may refuse to one order, by a trigger, a row policy or a constraint, is
 * done to all others.
 */
final class OwnersRefusal {
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
      String reason = TableRefusal.reason(e).orElseThrow(() -> e);
      if (all.size() == 1) {
        return otherwise.apply(all.get(0), reason);
      }
      List<String> done = new ArrayList<>();
      all.forEach(each -> done.addAll(moveOr(List.of(each), move, otherwise)));
      return done;
    }
  }
}
