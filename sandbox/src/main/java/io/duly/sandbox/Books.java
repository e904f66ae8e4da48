package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sample API's ledger together with what it remembers from it. Only one thread may note; {@link
 * #close()} comes after it.
 */
final class Books implements AutoCloseable {
  private final OrderBook memory;
  private final Ledger ledger;

  private Books(OrderBook memory, Ledger ledger) {
    this.memory = memory;
    this.ledger = ledger;
  }

  /**
   * Continues the file or begins it. A half-written last line is cut off, and calls that the last
   * process left open are noted as abandoned.
   */
  static Books open(SampleContract contract, Path path, InstantSource clock) {
    OrderBook memory = new OrderBook(contract);
    AtomicLong last = new AtomicLong();
    LedgerTail tail =
        LedgerTail.of(
            path,
            entry -> {
              memory.apply(entry);
              last.set(entry.seq());
            });
    tail.poll();
    try {
      cut(path, tail.offset());
      Books books = new Books(memory, Ledger.open(path, clock, last.get()));
      for (OrderCall call : tail.openCalls()) {
        books.note(LedgerEvent.ABANDONED, call, 0, Delivery.FIRST);
      }
      return books;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the ledger " + path, e);
    }
  }

  private static void cut(Path path, long length) throws IOException {
    if (!Files.exists(path)) {
      Files.createDirectories(path.toAbsolutePath().resolveSibling("."));
      return;
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      file.truncate(length);
    }
  }

  OrderBook memory() {
    return memory;
  }

  /** Writes a line and remembers what it says. */
  LedgerEntry note(LedgerEvent event, OrderCall call, int status, Delivery delivery) {
    LedgerEntry entry = ledger.write(event, call, status, delivery);
    memory.apply(entry);
    return entry;
  }

  @Override
  public void close() {
    ledger.close();
  }
}
