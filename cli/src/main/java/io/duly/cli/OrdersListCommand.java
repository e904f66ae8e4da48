package io.duly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.duly.operations.AttemptList;
import io.duly.operations.AttemptList.Selection;
import io.duly.operations.AttemptList.Status;
import io.duly.operations.Installation;
import io.duly.runtime.Durations;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists orders by what their last attempt says. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "Lists orders by what their last attempt says, by id; without filters those in doubt.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:there is none"})
final class OrdersListCommand implements Callable<Integer> {
  private static final List<String> COLUMNS =
      List.of("ORDER", "STATUS", "ATTEMPT", "RUN", "CALLS", "HTTP", "PARTITION", "SINCE", "REASON");

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--status",
      defaultValue = "IN_DOUBT",
      paramLabel = "STATUS",
      description =
          "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); the last two with --run.")
  private Status status = Status.IN_DOUBT;

  @Option(names = "--run", paramLabel = "RUN", description = "Only those of this run.")
  private @Nullable Long run;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Only with this in their reason.")
  private @Nullable String reason;

  @Option(names = "--http", paramLabel = "CODE", description = "Only with this last HTTP status.")
  private @Nullable Integer http;

  @Option(names = "--partition", paramLabel = "P", description = "Only of this partition.")
  private @Nullable Integer partition;

  @Option(
      names = "--attempts",
      defaultValue = "1",
      paramLabel = "N",
      description = "Only with N attempts or more.")
  private int attempts = 1;

  @Option(
      names = "--older-than",
      defaultValue = "0s",
      paramLabel = "DURATION",
      description = "Only where it has stood so for that long, as in 30m.")
  private String age = "0s";

  @Option(
      names = "--limit",
      defaultValue = "100",
      paramLabel = "N",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (run == null && !status.isRare()) {
      throw usage("--run is needed with --status " + status);
    }
    Selection selection = new Selection(status, run, reason, http, partition, attempts, age());
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-orders")) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      new AttemptList(installation.database().jdbi(), installation.table())
          .read(selection, Math.max(1, limit))
          .forEach(each -> rows.add(row(each)));
      if (rows.isEmpty() && output.isTable()) {
        out.println("none is " + status);
      } else {
        output.print(out, COLUMNS, rows);
      }
      out.flush();
      return rows.isEmpty() ? 3 : 0;
    }
  }

  private Duration age() {
    try {
      return age.equals("0s") ? Duration.ZERO : Durations.parse(age);
    } catch (IllegalArgumentException e) {
      throw usage("--older-than: " + e.getMessage());
    }
  }

  private ParameterException usage(String wrong) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), wrong);
  }

  private static List<@Nullable Object> row(JsonNode each) {
    List<@Nullable Object> row = new ArrayList<>();
    for (String column : COLUMNS) {
      JsonNode value = each.path(column.toLowerCase(Locale.ROOT));
      row.add(value.isNull() ? null : value.isNumber() ? value.numberValue() : value.asText());
    }
    return row;
  }
}
