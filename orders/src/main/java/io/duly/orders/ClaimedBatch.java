package io.duly.orders;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the orders given to a claim: each is in exactly one of the two.
 *
 * @param point where the claims stand in the log; null where nothing was claimed
 */
public record ClaimedBatch(
    List<Claim> claims, Map<DueOrder, Refusal> refused, @Nullable ServerPoint point) {
  public ClaimedBatch {
    claims = List.copyOf(claims);
    refused = Map.copyOf(refused);
  }

  /**
   * Both batches, {@code later} claimed after this one.
   *
   * @throws IllegalStateException where the server was restarted between them: it may have
   *     forgotten this one
   */
  public ClaimedBatch and(ClaimedBatch later) {
    if (point != null
        && later.point != null
        && !point.startedAt().isEqual(later.point.startedAt())) {
      throw new IllegalStateException("the database was restarted between two claims of a batch");
    }
    List<Claim> both = new ArrayList<>(claims);
    both.addAll(later.claims);
    Map<DueOrder, Refusal> reasons = new HashMap<>(refused);
    reasons.putAll(later.refused);
    return new ClaimedBatch(both, reasons, later.point == null ? point : later.point);
  }
}
