package io.duly.worker;

import java.util.List;
import java.util.Map;

/** What one transaction holds: records to send and the offset to commit for each partition. */
record Batch(List<Outgoing> records, Map<Integer, Long> offsets) {
  Batch {
    records = List.copyOf(records);
    offsets = Map.copyOf(offsets);
  }
}
