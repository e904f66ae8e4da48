package io.duly.orders;

import java.util.List;
import java.util.Set;

/**
 * What a record did. Nothing was done for the results of busy orders: they are to be recorded
 * again.
 *
 * @param recorded the attempts that it closed or settled
 * @param busy ids of orders whose rows others have locked
 */
public record Recording(List<Recorded> recorded, Set<String> busy) {
  public Recording {
    recorded = List.copyOf(recorded);
    busy = Set.copyOf(busy);
  }
}
