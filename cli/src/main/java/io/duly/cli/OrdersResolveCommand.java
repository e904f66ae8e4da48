package io.duly.cli;

import io.duly.orders.Decisions;
import io.duly.orders.DoubtQueue;
import io.duly.orders.DoubtQueue.Entry;
import io.duly.orders.DoubtQueue.Selection;
import io.duly.orders.Outcome;
import io.duly.orders.Records;
import io.duly.orders.Schema;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Settles doubts as a person decides. */
@Command(
    name = "resolve",
    mixinStandardHelpOptions = true,
    description =
        "Settles orders in doubt as COMPLETED or FAILED, with who decided so and why. Without --execute it only counts them.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ok",
      "1:failure",
      "2:usage",
      "3:none is in doubt",
      "4:all were settled meanwhile"
    })
final class OrdersResolveCommand implements Callable<Integer> {
  private static final int STEP = 500;

  /** Exactly one of the two. */
  static final class Found {
    @Option(names = "--completed", required = true, description = "The API has executed them.")
    private boolean completed;

    @Option(names = "--failed", required = true, description = "It has not, and will not.")
    private boolean failed;

    Outcome outcome() {
      return completed && !failed ? Outcome.COMPLETED : Outcome.FAILED;
    }
  }

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @ArgGroup(multiplicity = "1")
  private @Nullable Found found;

  @Parameters(arity = "0..*", paramLabel = "ID", description = "Ids of the orders.")
  private List<String> ids = List.of();

  @Option(names = "--run", paramLabel = "RUN", description = "All in doubt of this run.")
  private @Nullable Long run;

  @Option(
      names = "--reason-like",
      paramLabel = "TEXT",
      description = "Only with this in their reason.")
  private @Nullable String like;

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; kept.")
  private String reason = "";

  @Option(
      names = "--who",
      defaultValue = "${sys:user.name}",
      paramLabel = "NAME",
      description = "Who decides (default: ${DEFAULT-VALUE}).")
  private String who = "";

  @Option(names = "--execute", description = "Do it.")
  private boolean execute;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    if (reason.isBlank() || who.isBlank() || (ids.isEmpty() && run == null)) {
      throw new ParameterException(
          command.commandLine(), "ids or --run are needed, and --reason and --who with a text");
    }
    PrintWriter out = command.commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-orders")) {
      return resolve(installation, out);
    }
  }

  private int resolve(Installation installation, PrintWriter out) {
    var jdbi = installation.database().jdbi();
    String prefix = Schema.slot(installation.settings());
    DoubtQueue queue = new DoubtQueue(jdbi, installation.table());
    Records records = new Records(jdbi, installation.table(), prefix);
    Decisions decisions = new Decisions(jdbi, installation.table(), records);
    Outcome outcome = Objects.requireNonNull(found).outcome();
    Decisions.Finding finding = new Decisions.Finding(outcome, who, reason);
    Selection selection = new Selection(ids, run, like);
    long matched = 0;
    long settled = 0;
    List<Entry> page = queue.list(selection, null, STEP);
    while (!page.isEmpty()) {
      matched += page.size();
      settled += execute ? decisions.settle(page, finding).size() : 0;
      page = queue.list(selection, page.get(page.size() - 1), STEP);
    }
    return tell(out, outcome, matched, settled);
  }

  private int tell(PrintWriter out, Outcome outcome, long matched, long settled) {
    if (matched == 0) {
      out.println("none is in doubt");
      return 3;
    }
    if (!execute) {
      out.printf("%d in doubt would become %s; --execute does it%n", matched, outcome);
      return 0;
    }
    out.printf("%d are %s, %d were settled meanwhile%n", settled, outcome, matched - settled);
    return settled == 0 ? 4 : 0;
  }
}
