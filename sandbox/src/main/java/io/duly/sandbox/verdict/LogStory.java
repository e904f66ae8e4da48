package io.duly.sandbox.verdict;

import java.util.Map;
import java.util.Set;

/**
 * What the write-ahead log says.
 *
 * @param last the last status of each order that was updated and not deleted
 * @param illegal the moves that were not allowed, each kind once an order
 */
record LogStory(Map<String, Status> last, Set<Move> illegal) {}
