package io.duly.sandbox;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * The orders of a CSV file, read and checked one by one; {@link InvalidInput} at the first bad one.
 */
final class CsvOrders implements Iterator<OrderRow>, AutoCloseable {

  private final Path file;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> header;
  private @Nullable CSVRecord ahead;
  private long nextId;
  private long line = 1;

  private CsvOrders(Path file, CSVParser parser, long nextId) {
    this.file = file;
    this.parser = parser;
    this.records = parser.iterator();
    this.nextId = nextId;
    this.header = hasNext() ? header(taken()) : List.of();
    requireColumns();
  }

  /** Opens the file; orders without an id of their own are numbered from {@code nextId} on. */
  static CsvOrders open(Path file, long nextId) throws IOException {
    Reader reader =
        Channels.newReader(
            Files.newByteChannel(file),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT),
            -1);
    try {
      return new CsvOrders(file, CSVParser.parse(reader, CSVFormat.RFC4180), nextId);
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private static List<String> header(CSVRecord first) {
    return first.stream().map(name -> name.replace("\uFEFF", "").strip()).toList();
  }

  private void requireColumns() {
    List<String> known = Arrays.stream(CsvColumn.values()).map(CsvColumn::header).toList();
    String found = String.join(",", header);
    List<String> required = known.subList(1, known.size());
    if (!header.containsAll(required)
        || !known.containsAll(header)
        || header.stream().distinct().count() < header.size()) {
      String wanted = "the columns " + String.join(",", required) + " and optionally id, each once";
      throw new InvalidInput(file, line, "", found, wanted);
    }
  }

  boolean hasIds() {
    return header.contains(CsvColumn.ID.header());
  }

  /** The line where the row last given begins, from 1. */
  long line() {
    return line;
  }

  @Override
  public boolean hasNext() {
    while (ahead == null || isBlank(ahead)) {
      long from = parser.getCurrentLineNumber() + 1;
      if (!readable(from)) {
        return false;
      }
      ahead = records.next();
      line = from;
    }
    return true;
  }

  private boolean readable(long from) {
    try {
      return records.hasNext();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new InvalidInput(file, from, "", "another encoding", "UTF-8");
      }
      String found = String.valueOf(e.getMessage());
      throw new InvalidInput(file, from, "", found, "RFC 4180, quotation marks in pairs");
    }
  }

  private static boolean isBlank(CSVRecord fields) {
    return fields.size() == 1 && fields.get(0).isBlank();
  }

  private CSVRecord taken() {
    CSVRecord fields = hasNext() ? ahead : null;
    if (fields == null) {
      throw new NoSuchElementException();
    }
    ahead = null;
    return fields;
  }

  @Override
  public OrderRow next() {
    CSVRecord fields = taken();
    if (fields.size() != header.size()) {
      String found = String.join(",", fields);
      throw new InvalidInput(file, line, "", found, header.size() + " fields as in the header");
    }
    return new OrderRow(
        hasIds() ? checked(fields, CsvColumn.ID, CsvColumn::number) : nextId++,
        checked(fields, CsvColumn.CUSTOMER, CsvColumn::number),
        checked(fields, CsvColumn.TOTAL_PRICE, CsvColumn::price),
        checked(fields, CsvColumn.PRIORITY, CsvColumn::text),
        checked(fields, CsvColumn.CLERK, CsvColumn::text),
        checked(fields, CsvColumn.ORDER_DATE, CsvColumn::date));
  }

  private <T> T checked(CSVRecord fields, CsvColumn column, Function<String, T> check) {
    String text = fields.get(header.indexOf(column.header()));
    try {
      return check.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new InvalidInput(file, line, column.header(), text, column.wanted());
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
