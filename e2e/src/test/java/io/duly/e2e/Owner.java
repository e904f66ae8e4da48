package io.duly.e2e;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** The owner of the orders table, who does as chance wills. Used by one thread. */
final class Owner {
  private enum Act {
    EDIT("UPDATE orders SET clerk = 'edited'", "status = status"),
    REPRICE("UPDATE orders SET total_price = total_price + 1", "status = 'PROCESSING'"),
    DELETE_PENDING("DELETE FROM orders", "status = 'PENDING'"),
    DELETE_FINISHED("DELETE FROM orders", "status IN ('COMPLETED', 'FAILED')"),
    REOPEN("UPDATE orders SET status = 'PENDING'", "status IN ('COMPLETED', 'FAILED')"),
    COMPLETE("UPDATE orders SET status = 'COMPLETED'", "status = 'PENDING'"),
    CANCEL("UPDATE orders SET status = 'CANCELLED'", "status = 'PENDING'");

    private final String change;
    private final String condition;

    Act(String change, String condition) {
      this.change = change;
      this.condition = condition;
    }

    /** Changes the first order from {@code id} on that the condition holds for. */
    String sql(int id) {
      return change
          + " WHERE "
          + condition
          + " AND id = (SELECT id FROM orders WHERE "
          + condition
          + " AND id >= "
          + id
          + " ORDER BY id LIMIT 1)";
    }
  }

  private final Random random;
  private final Map<Act, Integer> done = new EnumMap<>(Act.class);

  Owner(Random random) {
    this.random = random;
  }

  /** Makes one change; true, as it throws if the statement fails. */
  boolean act(Shop shop) {
    Act act = Act.values()[random.nextInt(Act.values().length)];
    shop.execute(act.sql(random.nextInt(4_000)));
    done.merge(act, 1, Integer::sum);
    return true;
  }

  @Override
  public String toString() {
    return done.toString();
  }
}
