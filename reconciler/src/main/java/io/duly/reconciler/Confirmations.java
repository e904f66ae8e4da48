package io.duly.reconciler;

import io.duly.orders.Witnesses;
import io.duly.orders.Witnesses.Sighting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Results that one witness has shown and the other has not yet, and sightings that are not saved
 * yet. Memory is bounded by {@link #isFull}: whoever is ahead waits. Not thread-safe.
 */
final class Confirmations {
  private static final int MOST_OPEN = 100_000;

  /** A result that the database does not show by then was forgotten by it. */
  private static final long NOT_THERE_NANOS = Duration.ofSeconds(30).toNanos();

  /** A result seen by one witness, when, and whether the reconciler has told it itself. */
  private static final class Open {
    private final int bits;
    private final long sinceNanos = System.nanoTime();
    private boolean told;

    private Open(int bits) {
      this.bits = bits;
    }
  }

  private final Map<ResultKey, Open> open = new LinkedHashMap<>();

  /** Sightings that are to be saved, by witnesses, since a moment of the monotonic clock. */
  private record Unsaved(int bits, long sinceNanos) {
    private Unsaved and(Unsaved other) {
      return new Unsaved(bits | other.bits, sinceNanos);
    }
  }

  private final Map<ResultKey, Unsaved> unsaved = new HashMap<>();
  private final int[] ahead = new int[3];

  /** {@code witness}, a bit of {@link Witnesses}, has shown {@code key}. */
  void seen(ResultKey key, int witness) {
    unsaved.merge(key, new Unsaved(witness, System.nanoTime()), Unsaved::and);
    Open already = open.get(key);
    if (already == null) {
      open.put(key, new Open(witness));
      ahead[witness]++;
    } else if (already.bits != witness) {
      open.remove(key);
      ahead[already.bits]--;
    }
  }

  /** Whether {@code witness} is too far ahead of the other. */
  boolean isFull(int witness) {
    return ahead[witness] >= MOST_OPEN;
  }

  int unsaved() {
    return unsaved.size();
  }

  /** The sightings to be saved. */
  List<Sighting> sightings() {
    List<Sighting> sightings = new ArrayList<>(unsaved.size());
    unsaved.forEach(
        (key, each) ->
            sightings.add(
                new Sighting(key.orderId(), key.attempt(), key.transition(), each.bits())));
    return sightings;
  }

  /** All were saved but {@code missing}, which are to be saved again for a while. */
  void saved(List<Sighting> missing) {
    Set<ResultKey> kept =
        missing.stream()
            .map(each -> new ResultKey(each.orderId(), each.attempt(), each.transition()))
            .collect(Collectors.toSet());
    long now = System.nanoTime();
    unsaved
        .entrySet()
        .removeIf(
            each ->
                !kept.contains(each.getKey())
                    || now - each.getValue().sinceNanos() > NOT_THERE_NANOS);
  }

  /**
   * Up to {@code limit} results that only the log has shown, for longer than {@code nanos}, and
   * that nobody told since.
   */
  List<ResultKey> untold(long nanos, int limit) {
    long before = System.nanoTime() - nanos;
    return open.entrySet().stream()
        .filter(
            each ->
                each.getValue().bits == Witnesses.LOG
                    && !each.getValue().told
                    && each.getValue().sinceNanos - before < 0)
        .map(Map.Entry::getKey)
        .limit(limit)
        .toList();
  }

  /**
   * Forgets {@code keys}, which the database knows to be in the result topic: the log, read again
   * after a restart, has shown them a second time.
   */
  void known(List<ResultKey> keys) {
    for (ResultKey key : keys) {
      Open found = open.remove(key);
      if (found != null) {
        ahead[found.bits]--;
      }
    }
  }

  /**
   * Whether only the log has shown {@code key} so far, and has at that System.nanoTime() already. A
   * log that is read again after a restart shows what was seen in the topic meanwhile once more.
   */
  boolean isUntold(ResultKey key, long sinceNanos) {
    Open found = open.get(key);
    return found != null
        && found.bits == Witnesses.LOG
        && !found.told
        && found.sinceNanos - sinceNanos <= 0;
  }

  void told(List<ResultKey> keys) {
    keys.forEach(
        key -> {
          Open found = open.get(key);
          if (found != null) {
            found.told = true;
          }
        });
  }
}
