package io.duly.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The table of rights in docs/kafka.md: who may do what with what. Immutable. */
final class RightsTable {
  private static final String TITLE = "## Rights (ACLs)\n";
  private static final String ALL_BUT = "all but ";
  private static final String WHAT = "what ";

  /** One operation that is allowed. */
  record Right(ResourcePattern resource, AclOperation operation) {
    /** Whether it is this very right that allows it, and not one that brings it along. */
    boolean answers(WatchedAuthorizer.Question question) {
      ResourcePattern asked = question.resource();
      return question.operation() == operation
          && asked.resourceType() == resource.resourceType()
          && (resource.patternType() == PatternType.PREFIXED
              ? asked.name().startsWith(resource.name())
              : asked.name().equals(resource.name()));
    }
  }

  /** A row; its cells as they stand there. */
  private record Row(String parts, String resource, String operations) {
    static Row of(String line) {
      String[] cells = line.split("\\|", -1);
      return new Row(cells[1].strip(), cells[2].strip(), cells[3].strip());
    }

    List<String> names() {
      return list(parts.startsWith(ALL_BUT) ? parts.substring(ALL_BUT.length()) : parts);
    }

    boolean isFor(String part) {
      return parts.startsWith(ALL_BUT) != names().contains(part);
    }

    Stream<Right> rights() {
      int names = resource.indexOf('`');
      ResourceType type = type(resource.substring(0, names).strip());
      return list(resource.substring(names)).stream()
          .flatMap(
              name ->
                  list(operations).stream()
                      .map(each -> new Right(pattern(type, name), operation(each))));
    }

    private static ResourcePattern pattern(ResourceType type, String name) {
      return name.endsWith("*")
          ? new ResourcePattern(type, name.substring(0, name.length() - 1), PatternType.PREFIXED)
          : new ResourcePattern(type, name, PatternType.LITERAL);
    }

    private static ResourceType type(String word) {
      return switch (word) {
        case "topic", "topics" -> ResourceType.TOPIC;
        case "group", "groups" -> ResourceType.GROUP;
        case "transactional id", "transactional ids" -> ResourceType.TRANSACTIONAL_ID;
        default -> throw new IllegalStateException("docs/kafka.md: Kafka has no resource " + word);
      };
    }

    private static AclOperation operation(String word) {
      AclOperation operation =
          AclOperation.fromString(
              word.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
      if (operation.isUnknown()) {
        throw new IllegalStateException("docs/kafka.md: Kafka has no operation " + word);
      }
      return operation;
    }
  }

  private final List<Row> rows;

  private RightsTable(List<Row> rows) {
    this.rows = rows;
  }

  static RightsTable read() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "kafka.md"));
    String section = page.substring(page.indexOf(TITLE) + TITLE.length()).split("\n## ", 2)[0];
    return new RightsTable(
        section.lines().filter(each -> each.startsWith("|")).skip(2).map(Row::of).toList());
  }

  /** All parts and commands that have rows of their own. */
  Set<String> parts() {
    return rows.stream().flatMap(each -> each.names().stream()).collect(Collectors.toSet());
  }

  /** The rights of {@code part}, be it named or not. */
  Set<Right> of(String part) {
    Set<Right> rights = new LinkedHashSet<>();
    for (Row each : rows) {
      if (each.isFor(part) && each.resource.startsWith(WHAT)) {
        Stream.of(each.resource.split(",? and |, | ", -1))
            .filter(parts()::contains)
            .forEach(other -> rights.addAll(of(other)));
      } else if (each.isFor(part)) {
        each.rights().forEach(rights::add);
      }
    }
    return rights;
  }

  private static List<String> list(String cell) {
    return Arrays.stream(cell.split(",", -1)).map(each -> each.replace("`", "").strip()).toList();
  }
}
