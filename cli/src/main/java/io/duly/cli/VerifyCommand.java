package io.duly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.duly.operations.Installation;
import io.duly.orders.Run;
import io.duly.orders.RunTable;
import io.duly.reconciler.verify.Finding;
import io.duly.reconciler.verify.LedgerFile;
import io.duly.reconciler.verify.Report;
import io.duly.reconciler.verify.Verification;
import io.duly.runtime.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Recomputes the verdict of a run. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Recomputes what became of a run from the orders table, the attempts, the topics and the saved confirmations.",
      "With --ledger also from the API's own report: CSV with a header, or a JSON object on each line."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all agree",
      "1:something does not agree, or it could not be verified, which standard error says",
      "2:usage",
      "3:no such run"
    })
final class VerifyCommand implements Callable<Integer> {
  private enum Form {
    TABLE,
    JSON
  }

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Number of the run; the latest without.")
  private @Nullable Long number;

  @Option(names = "--ledger", paramLabel = "FILE", description = "The API's own report.")
  private @Nullable Path ledger;

  @Option(
      names = "--ledger-key",
      paramLabel = "COLUMN",
      description = "Where it has the idempotency key.")
  private @Nullable String key;

  @Option(
      names = "--ledger-order",
      paramLabel = "COLUMN",
      description = "Where it has the order id.")
  private @Nullable String order;

  @Option(
      names = "--ledger-status",
      paramLabel = "COLUMN",
      description = "Where it says what it did.")
  private @Nullable String status;

  @Option(
      names = "--ledger-effect",
      split = ",",
      paramLabel = "VALUE",
      description = "Values of that column that mean an effect.")
  private @Nullable Set<String> effects;

  @Option(
      names = "--limit",
      defaultValue = "20",
      paramLabel = "N",
      description = "Orders named for each check that fails (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Form form = Form.TABLE;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Settings settings = options.load();
    settings.require("api.contract");
    try (Installation installation = Installation.open(settings, "duly-verify")) {
      RunTable runs = new RunTable(installation.database().jdbi());
      Optional<Run> run = number == null ? runs.latest() : runs.find(number);
      if (run.isEmpty()) {
        out.println("no such run");
        return 3;
      }
      Verification verification =
          new Verification(
              settings, installation.database().jdbi(), installation.table(), Math.max(1, limit));
      Report report = verification.verify(run.get(), ledgerFile());
      print(out, run.get(), report);
      return report.agrees() ? 0 : 1;
    }
  }

  private @Nullable LedgerFile ledgerFile() {
    Path file = ledger;
    if (file == null) {
      return null;
    }
    Set<String> given = effects;
    Set<String> meant =
        given == null
            ? LedgerFile.EFFECTS
            : given.stream().map(each -> each.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return new LedgerFile(file, key, order, status, meant);
  }

  private void print(PrintWriter out, Run run, Report report) {
    if (form == Form.JSON) {
      out.println(json(report));
      return;
    }
    out.printf("run         %d of schedule '%s', %s%n", run.id(), run.schedule(), run.state());
    out.printf("orders      %d%n", report.orders());
    out.printf("completed   %d%n", report.completed());
    out.printf("failed      %d%n", report.failed());
    out.printf("in doubt    %d%n", report.inDoubt());
    out.printf("no result   %d, listed with a reason or left unclaimed%n", report.without());
    print(out, "calls per order, by the attempts", report.callsPerOrder());
    print(out, "effects per order, by the ledger", report.effectsPerOrder());
    for (Finding each : report.findings()) {
      out.printf("%n%s: %d%n", each.check(), each.total());
      each.examples().forEach(example -> out.printf("  %s: %s%n", example.id(), example.detail()));
      if (each.total() > each.examples().size()) {
        out.printf("  ... and %d more%n", each.total() - each.examples().size());
      }
    }
    out.println(report.agrees() ? "all agree" : "they do not agree");
  }

  private static void print(PrintWriter out, String what, SortedMap<Long, Long> histogram) {
    if (!histogram.isEmpty()) {
      out.println(what);
      for (Map.Entry<Long, Long> each : histogram.entrySet()) {
        out.printf("  %6d -> %d%n", each.getKey(), each.getValue());
      }
    }
  }

  private static String json(Report report) {
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the report cannot be written", e);
    }
  }
}
