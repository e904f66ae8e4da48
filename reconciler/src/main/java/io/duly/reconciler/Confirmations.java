package io.duly.reconciler;

import io.duly.orders.Witnesses;
import io.duly.orders.Witnesses.Sighting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Results that one witness has shown and the other has not yet, and sightings that are not saved
 * yet. Memory is bounded: the log waits while {@link #isFull}, and of what the topic alone has
 * shown the eldest is forgotten, because the database knows it once it is saved. Not thread-safe.
 */
final class Confirmations {
  private static final int MOST_OPEN = 100_000;

  /** A result that the database does not show by then was forgotten by it. */
  private static final long NOT_THERE_NANOS = Duration.ofSeconds(30).toNanos();

  /** Since when the log alone shows a result, and whether the reconciler has told it itself. */
  private static final class Shown {
    private final long sinceNanos = System.nanoTime();
    private boolean told;
  }

  private final Map<ResultKey, Shown> inLog = new LinkedHashMap<>();
  private final Set<ResultKey> inTopic = new LinkedHashSet<>();

  /** Sightings that are to be saved, by witnesses, since a moment of the monotonic clock. */
  private record Unsaved(int bits, long sinceNanos) {
    private Unsaved and(Unsaved other) {
      return new Unsaved(bits | other.bits, sinceNanos);
    }
  }

  private final Map<ResultKey, Unsaved> unsaved = new HashMap<>();

  /** The log has shown {@code key}. */
  void seenInLog(ResultKey key) {
    see(key, Witnesses.LOG);
    if (!inTopic.remove(key)) {
      inLog.putIfAbsent(key, new Shown());
    }
  }

  /** The result topic has shown {@code key}. */
  void seenInTopic(ResultKey key) {
    see(key, Witnesses.TOPIC);
    if (inLog.remove(key) == null && inTopic.add(key) && inTopic.size() > MOST_OPEN) {
      Iterator<ResultKey> eldest = inTopic.iterator();
      eldest.next();
      eldest.remove();
    }
  }

  private void see(ResultKey key, int witness) {
    unsaved.merge(key, new Unsaved(witness, System.nanoTime()), Unsaved::and);
  }

  /** Whether the log is so far ahead that it has to wait for the topic. */
  boolean isFull() {
    return inLog.size() >= MOST_OPEN;
  }

  /** How many results only one witness has shown, as far as that is remembered. */
  int open() {
    return inLog.size() + inTopic.size();
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

  /**
   * All were saved but what is missing, of which that from the log is to be saved again for a
   * while; who told it in the topic had seen it in the database before. What the database has from
   * both witnesses by now is remembered no more, whenever they have shown it.
   */
  void saved(Witnesses.Marked marked) {
    known(marked.done().stream().map(ResultKey::of).toList());
    Set<ResultKey> kept =
        marked.missing().stream()
            .filter(each -> (each.bits() & Witnesses.LOG) != 0)
            .map(ResultKey::of)
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
   * that nobody told since; next time the others first.
   */
  List<ResultKey> untold(long nanos, int limit) {
    long before = System.nanoTime() - nanos;
    List<ResultKey> untold =
        inLog.entrySet().stream()
            .filter(each -> !each.getValue().told && each.getValue().sinceNanos - before < 0)
            .map(Map.Entry::getKey)
            .limit(limit)
            .toList();
    untold.forEach(key -> inLog.put(key, Objects.requireNonNull(inLog.remove(key))));
    return untold;
  }

  /** Forgets {@code keys}: nobody has to tell them. */
  void known(List<ResultKey> keys) {
    for (ResultKey key : keys) {
      inLog.remove(key);
      inTopic.remove(key);
    }
  }

  /**
   * Forgets those of {@code keys} that the log showed longer ago than {@code nanos}: the database
   * does not have them, because a later result has taken their place. One that is there a moment
   * later only is younger.
   */
  void gone(List<ResultKey> keys, long nanos) {
    long before = System.nanoTime() - nanos;
    for (ResultKey key : keys) {
      Shown found = inLog.get(key);
      if (found != null && found.sinceNanos - before < 0) {
        inLog.remove(key);
      }
    }
  }

  /**
   * Whether only the log has shown {@code key} so far, and has at that System.nanoTime() already. A
   * log that is read again after a restart shows what was seen in the topic meanwhile once more.
   */
  boolean isUntold(ResultKey key, long sinceNanos) {
    Shown found = inLog.get(key);
    return found != null && !found.told && found.sinceNanos - sinceNanos <= 0;
  }

  void told(List<ResultKey> keys) {
    keys.forEach(
        key -> {
          Shown found = inLog.get(key);
          if (found != null) {
            found.told = true;
          }
        });
  }
}
