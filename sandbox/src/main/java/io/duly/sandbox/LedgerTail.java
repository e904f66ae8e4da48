package io.duly.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Follows the growing ledger and knows which calls are in flight at the API, by worker. Reads only
 * what is new, never a half-written line. Only one thread may use it.
 */
public final class LedgerTail {
  private static final int CHUNK = 1 << 16;

  private final Path ledger;
  private final OpenCalls open = new OpenCalls();
  private final Consumer<LedgerEntry> sink;
  private long offset;
  private byte[] chunk = new byte[CHUNK];

  private LedgerTail(Path ledger, Consumer<LedgerEntry> sink) {
    this.ledger = ledger;
    this.sink = sink;
  }

  /** Starts at the file's beginning; the file need not exist yet. */
  public static LedgerTail of(Path ledger) {
    return new LedgerTail(ledger, entry -> {});
  }

  /** As {@link #of(Path)}, and hands each entry to the sink. */
  public static LedgerTail of(Path ledger, Consumer<LedgerEntry> sink) {
    return new LedgerTail(ledger, sink);
  }

  /** Reads what has come since; gives the number of lines. */
  public int poll() {
    if (!Files.exists(ledger)) {
      return 0;
    }
    try (RandomAccessFile file = new RandomAccessFile(ledger.toFile(), "r")) {
      int lines = 0;
      for (int length = fill(file); length > 0; length = fill(file)) {
        int used = 0;
        for (int end = endOfLine(used, length); end >= 0; end = endOfLine(used, length)) {
          take(LedgerFormat.parse(chunk, used, end - used));
          used = end + 1;
          lines++;
        }
        offset += used;
        if (used == 0 && !grown(length)) {
          return lines;
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read ledger " + ledger + " at byte " + offset, e);
    }
  }

  private void take(LedgerEntry entry) {
    open.apply(entry);
    sink.accept(entry);
  }

  private int fill(RandomAccessFile file) throws IOException {
    file.seek(offset);
    int length = 0;
    while (length < chunk.length) {
      int read = file.read(chunk, length, chunk.length - length);
      if (read < 0) {
        break;
      }
      length += read;
    }
    return length;
  }

  /**
   * A chunk full of one unfinished line needs a larger one; else the line is still being written.
   */
  private boolean grown(int length) {
    if (length < chunk.length) {
      return false;
    }
    chunk = new byte[chunk.length * 2];
    return true;
  }

  private int endOfLine(int from, int length) {
    for (int i = from; i < length; i++) {
      if (chunk[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** How many calls of the worker had no answer at the last {@link #poll()}. */
  public int inFlight(String worker) {
    return open.of(worker);
  }

  /** The orders of those calls, oldest first. */
  public List<String> ordersInFlight(String worker) {
    return open.ordersOf(worker);
  }

  /** Bytes of whole lines read so far. */
  long offset() {
    return offset;
  }

  List<OrderCall> openCalls() {
    return open.all();
  }
}
