package io.duly.orders;

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
}
