package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.orders.Decisions;
import io.duly.orders.DoubtQueue;
import io.duly.orders.DoubtQueue.Entry;
import io.duly.orders.DoubtQueue.Selection;
import io.duly.orders.Outcome;
import io.duly.orders.Records;
import io.duly.orders.Resends;
import io.duly.orders.Schema;
import java.io.PrintWriter;
import java.util.ArrayList;
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
        "Settles orders in doubt as COMPLETED or FAILED, or sends them again, with who decided so and why. Without --execute it only counts them.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ok",
      "1:failure",
      "2:usage",
      "3:none is in doubt",
      "4:refused, or all were settled meanwhile or are locked by others"
    })
final class OrdersResolveCommand implements Callable<Integer> {
  private static final int STEP = 500;

  /** Exactly one of the three. */
  static final class Found {
    @Option(names = "--completed", required = true, description = "The API has executed them.")
    private boolean completed;

    @Option(names = "--failed", required = true, description = "It has not, and will not.")
    private boolean failed;

    @Option(
        names = "--retry",
        required = true,
        description =
            "Send them again: under the same idempotency key where the contract is idempotent, else under a new one.")
    private boolean retry;

    Outcome outcome() {
      return completed && !failed ? Outcome.COMPLETED : Outcome.FAILED;
    }
  }

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final ResendOptions resend = new ResendOptions();
  @Mixin private final Person person = new Person();

  @ArgGroup(multiplicity = "1")
  private @Nullable Found found;

  @Parameters(arity = "0..*", paramLabel = "ID", description = "Ids of the orders.")
  private List<String> ids = List.of();

  @Option(
      names = "--from-file",
      paramLabel = "FILE",
      description = "Ids of the orders, one on each line; - for what is piped in.")
  private @Nullable String file;

  @Option(names = "--run", paramLabel = "RUN", description = "All in doubt of this run.")
  private @Nullable Long run;

  @Option(
      names = "--reason-like",
      paramLabel = "TEXT",
      description = "Only with this in their reason.")
  private @Nullable String like;

  @Option(names = "--execute", description = "Do it.")
  private boolean execute;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    person.require(command);
    if (ids.isEmpty() && file == null && run == null) {
      throw new ParameterException(command.commandLine(), "ids, --from-file or --run are needed");
    }
    List<String> named = new ArrayList<>(ids);
    if (file != null) {
      named.addAll(IdFile.read(file));
    }
    PrintWriter out = command.commandLine().getOut();
    Selection selection = new Selection(named, run, like);
    try (Installation installation = Installation.open(options.load(), "duly-orders")) {
      return Objects.requireNonNull(found).retry
          ? resend.run(
              installation,
              new Resends.Selection(Outcome.IN_DOUBT, selection),
              person,
              execute,
              out)
          : settle(installation, selection, out);
    }
  }

  private int settle(Installation installation, Selection selection, PrintWriter out) {
    var jdbi = installation.database().jdbi();
    String prefix = Schema.slot(installation.settings());
    DoubtQueue queue = new DoubtQueue(jdbi, installation.table());
    Records records = new Records(jdbi, installation.table(), prefix);
    Decisions decisions = new Decisions(jdbi, installation.table(), records);
    Outcome outcome = Objects.requireNonNull(found).outcome();
    Decisions.Finding finding = new Decisions.Finding(outcome, person.who(), person.reason());
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
    out.printf(
        "%d are %s, %d were settled meanwhile or are locked by others%n",
        settled, outcome, matched - settled);
    return settled == 0 ? 4 : 0;
  }
}
