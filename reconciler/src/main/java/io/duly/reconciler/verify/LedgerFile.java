package io.duly.reconciler.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.runtime.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * The API's own report of what it executed: CSV with a header, or a JSON object on each line. A
 * line is an effect where its status says so, or where there is no status.
 *
 * @param file its path; CSV where the name ends in {@code .csv}
 * @param key the column of the idempotency key; null for the first of those that are usual
 * @param order the column of the order id; null for the first of those that are usual
 * @param status the column of the status; null for the first of those that are usual
 * @param effects the values of the status that mean an effect, in lower case
 */
public record LedgerFile(
    Path file,
    @Nullable String key,
    @Nullable String order,
    @Nullable String status,
    Set<String> effects) {
  /** The values that mean an effect where none are given. */
  public static final Set<String> EFFECTS =
      Set.of("effect", "executed", "completed", "success", "succeeded", "ok");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> KEYS = List.of("key", "idempotency_key", "idempotency-key");
  private static final List<String> ORDERS = List.of("order", "order_id", "orderId", "id");
  private static final List<String> STATUSES = List.of("event", "effect", "outcome", "status");

  public LedgerFile {
    effects = Set.copyOf(effects);
  }

  /** Copies its lines into {@code table} as key, order id, whether an effect, and line number. */
  void copy(CopyTable table, Unreadable unreadable) {
    try {
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
        csv(table, unreadable);
      } else {
        json(table, unreadable);
      }
    } catch (NoSuchFileException e) {
      throw new UserError("there is no ledger " + file + ": name the API's report with --ledger");
    } catch (MalformedInputException e) {
      throw new UserError("the ledger " + file + " is not UTF-8 text: convert it first");
    } catch (IOException e) {
      throw new UserError("the ledger " + file + " cannot be read: " + e.getMessage());
    }
  }

  private void csv(CopyTable table, Unreadable unreadable) throws IOException {
    CSVFormat format =
        CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).setTrim(true).get();
    try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
      Set<String> header = Set.copyOf(parser.getHeaderNames());
      requireColumns(header);
      for (CSVRecord record : parser) {
        if (record.isConsistent()) {
          add(record.toMap(), record.getRecordNumber() + 1, table, unreadable);
        } else {
          unreadable.add(
              "line " + (record.getRecordNumber() + 1),
              "has " + record.size() + " fields, the header has " + header.size());
        }
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new UserError("the ledger " + file + " is not CSV: " + e.getMessage());
    }
  }

  private void json(CopyTable table, Unreadable unreadable) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      Set<String> seen = new TreeSet<>();
      long number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          Map<String, String> fields = fields(line);
          if (fields.isEmpty()) {
            unreadable.add("line " + number, "is not a JSON object");
          }
          seen.addAll(fields.keySet());
          add(fields, number, table, unreadable);
        }
      }
      if (!seen.isEmpty()) {
        requireColumns(seen);
      }
    }
  }

  private static Map<String, String> fields(String line) {
    Map<String, String> fields = new HashMap<>();
    try {
      JsonNode node = JSON.readTree(line);
      node.properties().forEach(each -> fields.put(each.getKey(), each.getValue().asText()));
    } catch (IOException e) {
      fields.clear(); // counted by the caller
    }
    return fields;
  }

  private void requireColumns(Collection<String> columns) {
    for (String given : new String[] {key, order, status}) {
      if (given != null && !columns.contains(given)) {
        throw new UserError(
            "the ledger " + file + " has no column " + given + ": it has " + columns);
      }
    }
    boolean hasKey = KEYS.stream().anyMatch(columns::contains) || key != null;
    boolean hasOrder = ORDERS.stream().anyMatch(columns::contains) || order != null;
    if (!hasKey && !hasOrder) {
      throw new UserError(
          "the ledger "
              + file
              + " has neither a key nor an order id: name one with --ledger-key or --ledger-order; it has "
              + columns);
    }
  }

  private void add(Map<String, String> line, long number, CopyTable table, Unreadable unreadable) {
    String lineKey = value(line, key, KEYS);
    String lineOrder = value(line, order, ORDERS);
    if (lineKey == null && lineOrder == null) {
      if (!line.isEmpty()) {
        unreadable.add("line " + number, "has neither a key nor an order id");
      }
      return;
    }
    String lineStatus = value(line, status, STATUSES);
    boolean isEffect = lineStatus == null || effects.contains(lineStatus.toLowerCase(Locale.ROOT));
    table.add(lineKey, lineOrder, isEffect, number);
  }

  private static @Nullable String value(
      Map<String, String> line, @Nullable String column, List<String> usual) {
    if (column != null) {
      return blankIsNone(line.get(column));
    }
    return usual.stream()
        .filter(line::containsKey)
        .findFirst()
        .map(line::get)
        .map(LedgerFile::blankIsNone)
        .orElse(null);
  }

  private static @Nullable String blankIsNone(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }
}
