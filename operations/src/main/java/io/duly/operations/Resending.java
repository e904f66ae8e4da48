package io.duly.operations;

import io.duly.orders.Contract;
import io.duly.orders.Outcome;
import io.duly.orders.Resends;
import io.duly.orders.Schema;
import java.util.List;
import java.util.Optional;

/** The rules under which orders are sent again because a person says so. Thread-safe. */
public final class Resending {
  private static final int SHOWN = 10;

  /**
   * What would be sent again.
   *
   * @param executed orders that the API executed as far as evidence says, left out of them; part of
   *     them where they are named by id
   * @param first ids of the first of them
   * @param newKey whether they get a new idempotency key
   * @param risky whether the API may execute them twice
   */
  public record Plan(
      Resends.Selection selection,
      long orders,
      long executed,
      List<String> first,
      boolean newKey,
      boolean risky) {
    public Plan {
      first = List.copyOf(first);
    }
  }

  /**
   * Who allows what.
   *
   * @param most calls at the most
   * @param twice whether the API may execute an order twice
   */
  public record Permission(String who, String reason, int most, boolean twice) {}

  private final Contract contract;
  private final Resends resends;

  public Resending(Installation installation) {
    this.contract = Contract.of(installation.settings().text("api.contract"));
    this.resends =
        new Resends(
            installation.database().jdbi(),
            installation.table(),
            Schema.slot(installation.settings()));
  }

  /**
   * What {@link #send} would do now. Orders that FAILED get a new key in any case, as the API would
   * repeat its answer; those in doubt where {@code newKey} or where the API honours none.
   */
  public Plan plan(Resends.Selection selection, boolean newKey) {
    boolean isDoubt = selection.outcome() == Outcome.IN_DOUBT;
    boolean isNew = newKey || !isDoubt || contract != Contract.IDEMPOTENT;
    long executed = resends.countExecuted(selection);
    boolean takesExecuted = executed > 0 && !selection.of().ids().isEmpty();
    return new Plan(
        selection,
        resends.count(selection),
        executed,
        resends.first(selection, SHOWN),
        isNew,
        contract == Contract.NEITHER || (isNew && (isDoubt || takesExecuted)));
  }

  /** Why {@code plan} is not carried out under {@code permission}; empty where it is. */
  public static Optional<String> refusal(Plan plan, Permission permission) {
    if (plan.risky() && !permission.twice()) {
      return Optional.of(
          "the API may execute an order twice: it cannot tell that it had it before, or evidence says that it executed it; --i-know-this-calls-again allows that");
    }
    int most = Math.min(Resends.MOST, permission.most());
    return plan.orders() > most
        ? Optional.of(
            "more than " + most + " orders; --max-calls allows more, up to " + Resends.MOST)
        : Optional.empty();
  }

  /**
   * Sends the orders of {@code plan} again that are still meant.
   *
   * @throws io.duly.runtime.UserError where there are none, or more than allowed; nothing is
   *     changed then
   */
  public Resends.Done send(Plan plan, Permission permission) {
    return resends.send(
        plan.selection(),
        new Resends.Decision(
            permission.who(),
            permission.reason(),
            plan.newKey(),
            Math.min(Resends.MOST, permission.most())));
  }
}
