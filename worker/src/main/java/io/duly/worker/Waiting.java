package io.duly.worker;

import io.duly.orders.Claim;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The claims that wait for their call: in turn, for a later instant after the API turned them away,
 * or for a new permit because theirs has expired. Not thread-safe.
 */
final class Waiting {
  private final Deque<Planned> inTurn = new ArrayDeque<>();
  private final Queue<Planned> later =
      new PriorityQueue<>(
          Comparator.comparing(
              Planned::notBeforeNanos, (one, other) -> Long.compare(one - other, 0)));
  private final Deque<Planned> unpermitted = new ArrayDeque<>();

  void add(List<Planned> planned) {
    inTurn.addAll(planned);
  }

  void addLater(Planned planned) {
    later.add(planned);
  }

  void addUnpermitted(Planned planned) {
    unpermitted.add(planned);
  }

  /** Those that wait for their turn or a permit; what waits for a later instant does not count. */
  int size() {
    return inTurn.size() + unpermitted.size();
  }

  /** How many of those that {@code which} picks wait for a permit. */
  int unpermitted(Predicate<Claim> which) {
    return (int) unpermitted.stream().filter(each -> which.test(each.claim())).count();
  }

  boolean isEmpty() {
    return size() == 0 && later.isEmpty();
  }

  /** The call that comes next, at its instant; null where none waits for one. */
  @Nullable Planned first() {
    Planned late = later.peek();
    Planned first = inTurn.peek();
    if (late == null || first == null) {
      return late == null ? first : late;
    }
    return late.notBeforeNanos() - first.notBeforeNanos() < 0 ? late : first;
  }

  /** Removes what {@link #first} returned. */
  void remove(Planned first) {
    if (first.equals(inTurn.peek())) {
      inTurn.remove();
    } else {
      later.remove();
    }
  }

  /** Takes out up to {@code count} that wait for a permit, of those that {@code which} picks. */
  List<Planned> takeUnpermitted(int count, Predicate<Claim> which) {
    List<Planned> taken = new ArrayList<>();
    for (Iterator<Planned> each = unpermitted.iterator();
        taken.size() < count && each.hasNext(); ) {
      Planned planned = each.next();
      if (which.test(planned.claim())) {
        taken.add(planned);
        each.remove();
      }
    }
    return taken;
  }

  /** Removes and returns, of those first in line, the ones that {@code which} picks. */
  List<Planned> removeFirst(Predicate<Planned> which) {
    List<Planned> picked = new ArrayList<>();
    Stream.of(inTurn, later, unpermitted)
        .forEach(
            queue -> {
              while (!queue.isEmpty() && which.test(queue.element())) {
                picked.add(queue.remove());
              }
            });
    return picked;
  }

  /** Removes and returns the claims that {@code which} picks. */
  List<Claim> remove(Predicate<Claim> which) {
    return removeAll(each -> which.test(each.claim())).stream().map(Planned::claim).toList();
  }

  /** Removes and returns all that {@code which} picks. */
  List<Planned> removeAll(Predicate<Planned> which) {
    List<Planned> picked =
        Stream.of(inTurn, later, unpermitted)
            .flatMap(queue -> queue.stream())
            .filter(which)
            .toList();
    Stream.of(inTurn, later, unpermitted).forEach(queue -> queue.removeAll(Set.copyOf(picked)));
    return picked;
  }
}
