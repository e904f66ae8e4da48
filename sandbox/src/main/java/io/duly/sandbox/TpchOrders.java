package io.duly.sandbox;

import io.trino.tpch.Distributions;
import io.trino.tpch.GenerateUtils;
import io.trino.tpch.Order;
import io.trino.tpch.OrderGenerator;
import io.trino.tpch.TextPool;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The orders of the TPC-H benchmark, the same ones for the same count. */
final class TpchOrders {
  private static final long PER_SCALE = 1_500_000;

  /** Comments are not loaded, so the 300 MB of text that they are cut from are not generated. */
  private static final int TEXT = 1 << 16;

  private TpchOrders() {}

  static Iterator<OrderRow> first(long count) {
    double scale = Math.max(1, (count + PER_SCALE - 1) / PER_SCALE);
    Distributions distributions = Distributions.getDefaultDistributions();
    OrderGenerator orders =
        new OrderGenerator(scale, 1, 1, distributions, new TextPool(TEXT, distributions));
    Stream<Order> stream = StreamSupport.stream(orders.spliterator(), false);
    return stream.limit(count).map(TpchOrders::row).iterator();
  }

  private static OrderRow row(Order order) {
    return new OrderRow(
        order.getOrderKey(),
        order.getCustomerKey(),
        BigDecimal.valueOf(order.getTotalPriceInCents(), 2),
        order.getOrderPriority(),
        order.getClerk(),
        LocalDate.parse(GenerateUtils.formatDate(order.getOrderDate())));
  }
}
