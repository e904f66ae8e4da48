package io.duly.worker;

import io.duly.orders.ClaimedBatch;
import io.duly.orders.Claims;
import io.duly.orders.DueOrder;
import io.duly.orders.Refusal;
import io.duly.orders.RefusedClaims;
import io.duly.orders.TableRefusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims a batch, and where the table refuses one of its orders, each half of it for itself: an
 * order that is refused alone holds up no other. One thread.
 */
final class Claiming {
  private static final Logger log = LoggerFactory.getLogger(Claiming.class);

  private final Claims claims;
  private final RefusedClaims refusals;

  Claiming(Claims claims, RefusedClaims refusals) {
    this.claims = claims;
    this.refusals = refusals;
  }

  /** As {@link Claims#claim}; what the table refuses is among what is refused. */
  ClaimedBatch claim(String worker, Map<DueOrder, UUID> tokens) {
    try {
      return claims.claim(worker, tokens);
    } catch (RuntimeException e) {
      String reason = TableRefusal.reason(e).orElseThrow(() -> e);
      if (tokens.size() > 1) {
        return claimHalves(worker, tokens);
      }
      tokens.forEach((due, token) -> refuse(due, token, reason));
      DueOrder only = tokens.keySet().iterator().next();
      return new ClaimedBatch(List.of(), Map.of(only, Refusal.REFUSED_BY_TABLE), null);
    }
  }

  private ClaimedBatch claimHalves(String worker, Map<DueOrder, UUID> tokens) {
    List<DueOrder> all = new ArrayList<>(tokens.keySet());
    Map<DueOrder, UUID> second = new HashMap<>(tokens);
    Map<DueOrder, UUID> first = new HashMap<>();
    all.subList(0, all.size() / 2).forEach(each -> first.put(each, second.remove(each)));
    return claim(worker, first).and(claim(worker, second));
  }

  private void refuse(DueOrder due, UUID token, String reason) {
    log.error(
        "Order cannot be claimed, its record passes: see what the table refuses orderId={} runId={} reason={}",
        due.orderId(),
        due.runId(),
        reason);
    refusals.keep(due, token, reason);
  }
}
