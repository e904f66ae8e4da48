package io.duly.orders;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many orders there are of each status in the whole table, as PostgreSQL has last sampled it.
 *
 * @param rows all orders
 * @param byValue by the column's value, the most frequent first; rare ones may be missing
 * @param others orders of values that the sample shows too rarely, or without a value
 * @param age of the sample; null where the server has forgotten when it was taken
 * @param changed rows that were written since
 */
public record TableTotals(
    long rows, Map<String, Long> byValue, long others, @Nullable Duration age, long changed) {}
