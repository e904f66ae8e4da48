package io.duly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which form a command prints rows: for people, or for programs. */
final class OutputOptions {
  private static final ObjectMapper LINE = new ObjectMapper();
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** The forms of {@code --output}. */
  enum Form {
    table,
    json,
    jsonl,
    csv
  }

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORM",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Form form = Form.table;

  /** Whether people read it. */
  boolean isTable() {
    return form == Form.table;
  }

  /**
   * Prints {@code rows} under {@code columns}, as in NEXT-TIME; the keys in JSON are nextTime.
   * Values are text, numbers or null.
   */
  void print(PrintWriter out, List<String> columns, List<List<@Nullable Object>> rows) {
    switch (form) {
      case table -> table(out, columns, rows);
      case json -> out.println(json(JSON, objects(columns, rows)));
      case jsonl -> objects(columns, rows).forEach(each -> out.println(json(LINE, each)));
      case csv -> {
        out.print(SafeCsv.line(columns));
        rows.forEach(row -> out.print(SafeCsv.line(row)));
      }
    }
  }

  /** Whether programs read it as JSON. */
  boolean isJson() {
    return form == Form.json || form == Form.jsonl;
  }

  /** Prints {@code object}, on one line with jsonl. */
  void print(PrintWriter out, JsonNode object) {
    out.println(json(form == Form.json ? JSON : LINE, object));
  }

  private static void table(
      PrintWriter out, List<String> columns, List<List<@Nullable Object>> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns);
    for (List<@Nullable Object> row : rows) {
      List<String> line = new ArrayList<>();
      row.forEach(each -> line.add(each == null ? "-" : each.toString()));
      lines.add(line);
    }
    int[] widths = new int[columns.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        text.append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length() + 2));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static List<Map<String, @Nullable Object>> objects(
      List<String> columns, List<List<@Nullable Object>> rows) {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        object.put(key(columns.get(i)), row.get(i));
      }
      objects.add(object);
    }
    return objects;
  }

  private static String json(ObjectMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + value, e);
    }
  }

  private static String key(String column) {
    String words =
        java.util.Arrays.stream(column.split("-", -1))
            .map(each -> each.charAt(0) + each.substring(1).toLowerCase(Locale.ROOT))
            .collect(Collectors.joining());
    return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
  }
}
