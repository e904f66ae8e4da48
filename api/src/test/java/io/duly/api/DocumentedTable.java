package io.duly.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The tables of docs/order-api.md. */
final class DocumentedTable {
  private static final Path PAGE = Path.of("../docs/order-api.md");

  private DocumentedTable() {}

  /** The cells of the rows below the table head that begins with {@code head}. */
  static List<List<String>> rows(String head) throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    int first = lines.indexOf(head);
    if (first < 0) {
      throw new IllegalStateException(PAGE + " has no table " + head);
    }
    return lines.subList(first + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .map(DocumentedTable::cells)
        .toList();
  }

  private static List<String> cells(String line) {
    String inner = line.substring(1, line.lastIndexOf('|'));
    return Arrays.stream(inner.split("\\|", -1)).map(String::trim).toList();
  }

  /** The cell without the marks of code. */
  static String plain(String cell) {
    return cell.replace("`", "");
  }
}
