package io.duly.sandbox.verdict;

import io.duly.sandbox.LedgerEntry;
import io.duly.sandbox.LedgerEvent;
import io.duly.sandbox.LedgerReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads the API's own ledger. Memory: one entry an order. */
final class LedgerWitness {
  private LedgerWitness() {}

  /** The calls for each order that has any. */
  static Map<String, Calls> read(Path ledger) {
    Map<String, Calls> calls = new HashMap<>();
    LedgerReader.forEach(ledger, entry -> add(calls, entry));
    return calls;
  }

  private static void add(Map<String, Calls> calls, LedgerEntry entry) {
    if (entry.event() != LedgerEvent.REJECTED) {
      calls.compute(
          entry.call().order(),
          (order, before) -> (before == null ? Calls.NONE : before).and(entry));
    }
  }
}
