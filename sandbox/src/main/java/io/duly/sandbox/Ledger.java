package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The books of the sample API: an append-only file that nothing else writes. A line is handed to
 * the writer when {@link #write} returns and is in the file some 5 ms later; it is not forced to
 * disk.
 *
 * <p>One thread writes entries, the writer thread {@code ledger} moves them to the file. The lock
 * closes the race between the two over the pending text.
 */
final class Ledger implements AutoCloseable {
  private static final long GATHER_MILLIS = 5;

  private final Object lock = new Object();
  private final FileChannel file;
  private final InstantSource clock;
  private final InstantText text = new InstantText();
  private final Thread writer = new Thread(this::run, "ledger");
  private StringBuilder pending = new StringBuilder();
  private boolean closing;
  private @Nullable IOException failure;
  private long seq;

  private Ledger(FileChannel file, InstantSource clock, long seq) {
    this.file = file;
    this.clock = clock;
    this.seq = seq;
  }

  /** Opens the file for appending; {@code lastSeq} is that of its last line, 0 if it has none. */
  static Ledger open(Path path, InstantSource clock, long lastSeq) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    Ledger ledger = new Ledger(file, clock, lastSeq);
    ledger.writer.setDaemon(true);
    ledger.writer.start();
    return ledger;
  }

  /** Hands a line to the writer and gives it back; throws if an earlier one could not be kept. */
  LedgerEntry write(LedgerEvent event, OrderCall call, int status, Delivery delivery) {
    String at = text.of(clock.instant());
    synchronized (lock) {
      if (failure != null) {
        throw new UncheckedIOException("the ledger cannot be written", failure);
      }
      seq++;
      boolean first = pending.isEmpty();
      LedgerEntry entry = new LedgerEntry(seq, at, event, call, status, delivery);
      LedgerFormat.append(pending, entry);
      if (first) {
        lock.notifyAll();
      }
      return entry;
    }
  }

  private void run() {
    try {
      for (String lines = next(); !lines.isEmpty(); lines = next()) {
        ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
      }
    } catch (IOException e) {
      synchronized (lock) {
        failure = e;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What has gathered some 5 ms after its first line; nothing only when the ledger closes. */
  private String next() throws InterruptedException {
    synchronized (lock) {
      while (pending.isEmpty() && !closing) {
        lock.wait();
      }
      long end = System.nanoTime() + GATHER_MILLIS * 1_000_000;
      for (long left = GATHER_MILLIS; left > 0 && !closing; left = millisTo(end)) {
        lock.wait(left);
      }
      String lines = pending.toString();
      pending.setLength(0);
      return lines;
    }
  }

  private static long millisTo(long end) {
    return (end - System.nanoTime() + 999_999) / 1_000_000;
  }

  /** Writes what is pending and closes the file; throws if the file does not hold all lines. */
  @Override
  public void close() {
    synchronized (lock) {
      closing = true;
      lock.notifyAll();
    }
    try {
      writer.join();
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the ledger", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (lock) {
      if (failure != null) {
        throw new UncheckedIOException("the ledger is incomplete", failure);
      }
    }
  }
}
