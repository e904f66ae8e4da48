package io.duly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.operations.Installation;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.RunVerdict;
import io.duly.orders.RunVerdict.Line;
import io.duly.orders.RunVerdict.Totals;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the verdict of a run for those who keep the books. */
@Command(
    name = "verdict",
    mixinStandardHelpOptions = true,
    description = "Prints what became of a run, in sums or order by order.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:no such run"})
final class VerdictCommand implements Callable<Integer> {
  /** The forms of {@code --output}; jsonl is an object a line. */
  enum Form {
    csv,
    jsonl
  }

  private static final List<String> TOTALS =
      List.of(
          "run,schedule,fire_time,state,closed_at,selected,completed,failed,in_doubt,cancelled,skipped,unclaimed,repeated"
              .split(",", -1));
  private static final List<String> ORDERS =
      List.of(
          "order_id,outcome,attempt,key,http_status,reference,finished_at,calls,reason"
              .split(",", -1));

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "RUN", description = "Number of the run.")
  private long run;

  @Option(
      names = "--orders",
      description = "A line for each order that was claimed or skipped, instead of the sums.")
  private boolean orders;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "csv",
      paramLabel = "FORM",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Form form = Form.csv;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-verdict")) {
      RunVerdict verdict = new RunVerdict(installation.database().jdbi());
      Optional<Totals> totals = verdict.totals(run);
      if (totals.isEmpty()) {
        out.printf("there is no run %d%n", run);
        return 3;
      }
      head(out, orders ? ORDERS : TOTALS);
      if (orders) {
        IdempotencyKeys keys =
            new IdempotencyKeys(
                installation.settings().text("installation"), installation.table().name());
        verdict.forEach(run, line -> print(out, ORDERS, fields(line, keys)));
      } else {
        print(out, TOTALS, fields(totals.get()));
      }
      out.flush();
      return 0;
    }
  }

  private static List<@Nullable Object> fields(Totals of) {
    return Arrays.asList(
        of.run(),
        of.schedule(),
        of.fireTime(),
        of.state(),
        of.closedAt(),
        of.selected(),
        of.completed(),
        of.failed(),
        of.inDoubt(),
        of.cancelled(),
        of.skipped(),
        of.unclaimed(),
        of.repeated());
  }

  private static List<@Nullable Object> fields(Line of, IdempotencyKeys keys) {
    Integer generation = of.generation();
    return Arrays.asList(
        of.orderId(),
        of.outcome(),
        of.attempt(),
        generation == null ? null : keys.of(of.orderId(), generation),
        of.httpStatus(),
        of.reference(),
        of.finishedAt(),
        of.calls(),
        of.reason());
  }

  private void head(PrintWriter out, List<String> names) {
    if (form == Form.csv) {
      out.print(SafeCsv.line(names));
    }
  }

  private void print(PrintWriter out, List<String> names, List<@Nullable Object> fields) {
    if (form == Form.csv) {
      out.print(SafeCsv.line(fields));
      return;
    }
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      Object field = fields.get(i);
      object.put(names.get(i), field == null || field instanceof Number ? field : field.toString());
    }
    try {
      out.println(new ObjectMapper().writeValueAsString(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a line of the verdict cannot be written", e);
    }
  }
}
