package io.duly.sandbox;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads the sample API's books line by line, also while they are being written: a half-written last
 * line is left out. Memory grows with the number of orders only.
 */
public final class LedgerReader {
  private final OpenCalls open = new OpenCalls();
  private final Map<String, Integer> effects = new HashMap<>();
  private final Map<String, Integer> calls = new HashMap<>();
  private long effectCount;
  private long callCount;
  private long rejectedCount;

  private LedgerReader() {}

  /**
   * Sums up the file.
   *
   * @throws UncheckedIOException if it cannot be read, does not exist or holds a foreign line
   */
  public static LedgerSummary read(Path ledger) {
    LedgerReader reader = new LedgerReader();
    forEach(ledger, reader::add);
    return new LedgerSummary(
        reader.callCount,
        reader.effectCount,
        reader.rejectedCount,
        reader.effects,
        reader.calls,
        reader.open.orders());
  }

  /** Hands over each entry in order; throws as {@link #read(Path)} does. */
  public static void forEach(Path ledger, Consumer<LedgerEntry> sink) {
    if (!Files.exists(ledger)) {
      throw new UncheckedIOException(new NoSuchFileException(ledger.toString()));
    }
    LedgerTail.of(ledger, sink).poll();
  }

  private void add(LedgerEntry entry) {
    open.apply(entry);
    switch (entry.event()) {
      case RECEIVED -> {
        callCount++;
        calls.merge(entry.call().order(), 1, Integer::sum);
      }
      case EFFECT -> {
        effectCount++;
        effects.merge(entry.call().order(), 1, Integer::sum);
      }
      case REJECTED -> rejectedCount++;
      case ANSWERED, ABANDONED -> {}
    }
  }
}
