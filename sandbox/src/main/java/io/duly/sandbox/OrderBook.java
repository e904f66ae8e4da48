package io.duly.sandbox;

import java.util.HashMap;
import java.util.Map;

/**
 * All that the sample API remembers, kept equal to its ledger: what is in here after a restart is
 * what the ledger's entries say. Only one thread may use it.
 */
final class OrderBook {
  private final SampleContract contract;
  private final KeyMemory keys = new KeyMemory();
  private final Map<String, OrderState> orders = new HashMap<>();
  private long requests;
  private long effects;
  private long ordersWithTwoEffects;
  private long rejected;
  private long inFlight;

  OrderBook(SampleContract contract) {
    this.contract = contract;
  }

  /** Decides about a call that has arrived; one to execute has then taken its key. */
  Admission admit(OrderCall call) {
    return contract == SampleContract.IDEMPOTENT ? keys.admit(call) : new Admission.Execute();
  }

  /** Takes over what an entry of the ledger says, an old one or one just written. */
  void apply(LedgerEntry entry) {
    switch (entry.event()) {
      case RECEIVED -> {
        requests++;
        inFlight++;
      }
      case EFFECT -> completed(entry.call(), entry.seq());
      case ANSWERED, ABANDONED -> {
        inFlight--;
        if (entry.status() == 402 && entry.delivery() == Delivery.FIRST) {
          declined(entry.call());
        }
      }
      case REJECTED -> rejected++;
    }
  }

  private void completed(OrderCall call, long effect) {
    effects++;
    OrderState order = state(call.order());
    order.completed(effect);
    if (order.effects() == 2) {
      ordersWithTwoEffects++;
    }
    if (contract == SampleContract.IDEMPOTENT) {
      keys.completed(call, effect);
    }
  }

  private void declined(OrderCall call) {
    state(call.order()).declined();
    if (contract == SampleContract.IDEMPOTENT) {
      keys.declined(call);
    }
  }

  /** The call is being processed: a lookup says so, a repeat of its key has to wait. */
  void started(OrderCall call) {
    state(call.order()).started();
  }

  /** The call's answer leaves now. */
  void finished(OrderCall call) {
    state(call.order()).finished();
    keys.finished(call);
  }

  private OrderState state(String order) {
    return orders.computeIfAbsent(order, id -> new OrderState());
  }

  Answer describe(String order) {
    OrderState state = orders.get(order);
    return state == null ? new OrderState().describe(order) : state.describe(order);
  }

  /** The counts of {@code GET /books}. */
  Answer counts() {
    return new Answer(
        200,
        "{\"requests\":%d,\"effects\":%d,\"orders_with_two_effects\":%d,\"rejected\":%d,\"in_flight\":%d}"
            .formatted(requests, effects, ordersWithTwoEffects, rejected, inFlight));
  }
}
