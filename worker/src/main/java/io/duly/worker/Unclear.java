package io.duly.worker;

import io.duly.orders.AttemptResult;
import io.duly.orders.Claims;
import io.duly.orders.DueOrder;
import io.duly.orders.Records;
import io.duly.orders.TableRefusal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders that may have been claimed or not, and that may not be sent: what was claimed of them is
 * given back, and they start over. One thread.
 */
final class Unclear {
  private static final Logger log = LoggerFactory.getLogger(Unclear.class);
  private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

  private final Claims claims;
  private final Records records;
  private final Map<DueOrder, UUID> tokens = new HashMap<>();
  private long nextNanos = System.nanoTime();

  Unclear(Claims claims, Records records) {
    this.claims = claims;
    this.records = records;
  }

  void add(Map<DueOrder, UUID> claimed) {
    tokens.putAll(claimed);
    nextNanos = System.nanoTime();
  }

  void remove(Collection<DueOrder> known) {
    known.forEach(tokens::remove);
  }

  /**
   * Gives back what was claimed; returns the orders that may start over. An order that others have
   * locked, or whose table refuses, stays until it can be given back.
   */
  List<DueOrder> settle(String worker) {
    if (tokens.isEmpty() || System.nanoTime() - nextNanos < 0) {
      return List.of();
    }
    Set<String> kept = giveBack(worker, claims.unclear(tokens));
    List<DueOrder> cleared =
        tokens.keySet().stream().filter(each -> !kept.contains(each.orderId())).toList();
    remove(cleared);
    nextNanos = System.nanoTime() + PAUSE_NANOS;
    return cleared;
  }

  /** Returns the ids of the orders that could not be given back. */
  private Set<String> giveBack(String worker, List<AttemptResult> claimed) {
    return claimed.isEmpty()
        ? Set.of()
        : Set.copyOf(
            TableRefusal.moveOr(
                claimed,
                some -> List.copyOf(records.record(worker, some).busy()),
                (one, reason) -> keep(one.orderId(), reason)));
  }

  private static List<String> keep(String orderId, String reason) {
    log.error(
        "Order cannot be given back, which is tried again: see what the table refuses orderId={} reason={}",
        orderId,
        reason);
    return List.of(orderId);
  }
}
