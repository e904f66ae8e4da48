package io.duly.worker;

import io.duly.runtime.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Answers that cannot be recorded for the time being. Those of locked orders come back soon and
 * together, those that the table refused alone and after longer and longer waits. One thread.
 */
final class Postponed {
  private static final Backoff LOCKED = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));
  private static final Backoff REFUSED = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1));

  /** More of them at once would keep the others waiting. */
  private static final int REFUSED_AT_ONCE = 10;

  private record Entry(Answered answer, long dueNanos) {}

  private final List<Entry> locked = new ArrayList<>();
  private final List<Entry> refused = new ArrayList<>();
  private final Map<UUID, Integer> failures = new HashMap<>();

  void addLocked(Answered answer) {
    locked.add(entry(answer, LOCKED));
  }

  void addRefused(Answered answer) {
    refused.add(entry(answer, REFUSED));
  }

  private Entry entry(Answered answer, Backoff backoff) {
    int times = failures.merge(answer.result().token(), 1, Integer::sum);
    long wait = backoff.after(times, ThreadLocalRandom.current()).toNanos();
    return new Entry(answer, System.nanoTime() + wait);
  }

  /** Removes and returns up to {@code limit} answers of locked orders that are due. */
  List<Answered> lockedDue(int limit) {
    return due(locked, limit);
  }

  /** Removes and returns some of the refused answers that are due. */
  List<Answered> refusedDue() {
    return due(refused, REFUSED_AT_ONCE);
  }

  private static List<Answered> due(List<Entry> entries, int limit) {
    List<Answered> due = new ArrayList<>();
    long now = System.nanoTime();
    for (Iterator<Entry> each = entries.iterator(); each.hasNext() && due.size() < limit; ) {
      Entry entry = each.next();
      if (entry.dueNanos() - now <= 0) {
        due.add(entry.answer());
        each.remove();
      }
    }
    return due;
  }

  /** Forgets that {@code answer} was ever postponed. */
  void recorded(Answered answer) {
    if (!failures.isEmpty()) {
      failures.remove(answer.result().token());
    }
  }
}
