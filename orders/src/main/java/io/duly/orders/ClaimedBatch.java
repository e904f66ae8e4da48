package io.duly.orders;

import java.util.List;
import java.util.Map;

/** What became of the orders given to a claim: each is in exactly one of the two. */
public record ClaimedBatch(List<Claim> claims, Map<DueOrder, Refusal> refused) {
  public ClaimedBatch {
    claims = List.copyOf(claims);
    refused = Map.copyOf(refused);
  }
}
