package io.duly.sandbox;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Remembers each idempotency key for good: which body it came with and what became of it. Only one
 * thread may use it.
 */
final class KeyMemory {
  /** The effect of a key that was declined or has none yet. */
  private static final long NONE = 0;

  private record Known(long body, long effect) {}

  private final Map<String, Known> keys = new HashMap<>();
  private final Set<String> inProgress = new HashSet<>();

  /** Decides about a call, and takes its key if it is new. */
  Admission admit(OrderCall call) {
    Known known = keys.putIfAbsent(call.key(), new Known(body(call), NONE));
    if (known != null) {
      return new Admission.Repeat(repeat(call, known));
    }
    inProgress.add(call.key());
    return new Admission.Execute();
  }

  private Answer repeat(OrderCall call, Known known) {
    if (known.body != body(call)) {
      return Answer.refused(422, "key_reused", "this key came with another body before");
    }
    if (inProgress.contains(call.key())) {
      return Answer.refused(409, "in_progress", "the first call with this key is being processed");
    }
    return known.effect == NONE
        ? Answer.declined(call.order())
        : Answer.completed(call.order(), known.effect);
  }

  void completed(OrderCall call, long effect) {
    keep(call, effect);
  }

  void declined(OrderCall call) {
    keep(call, NONE);
  }

  /** From now on a repeat gets the stored answer. */
  void finished(OrderCall call) {
    inProgress.remove(call.key());
  }

  private void keep(OrderCall call, long effect) {
    keys.put(call.key(), new Known(body(call), effect));
  }

  private static long body(OrderCall call) {
    return Long.parseUnsignedLong(call.body(), 16);
  }
}
