package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.operations.Replay;
import io.duly.operations.ReplayLog;
import io.duly.operations.ReplayPlan.Move;
import io.duly.operations.ReplayTarget;
import io.duly.orders.DoubtQueue;
import io.duly.orders.Outcome;
import io.duly.orders.Resends;
import io.duly.orders.RunTable;
import io.duly.runtime.UserError;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Has records read again, or orders sent again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Has the workers read records of the topic of due orders again, or pass them over. Orders that have a result are not called again.",
      "With --force and --status, or --order-ids-from, sends orders again that FAILED or are IN_DOUBT.",
      "With --dead puts records back that were set aside as unreadable.",
      "Without --execute it tells what it would do, and changes nothing."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:nothing matched", "4:refused"})
final class ReplayCommand implements Callable<Integer> {
  private static final List<String> HISTORY_COLUMNS =
      List.of("AT", "WHO", "REASON", "GROUP", "TOPIC", "OFFSETS", "OUTCOME");
  private static final int HISTORY = 100;

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final OutputOptions output = new OutputOptions();
  @Mixin private final ResendOptions resend = new ResendOptions();
  @Mixin private final RedriveOptions redrive = new RedriveOptions();
  @Mixin private final Person person = new Person();

  @ArgGroup private @Nullable ReplayWhere where;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC[:P,...]",
      description = "Only these partitions, as in orders.due:0,1.")
  private @Nullable String topic;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "With --force: orders that are FAILED or IN_DOUBT; of --run if given.")
  private @Nullable String status;

  @Option(
      names = "--order-ids-from",
      paramLabel = "FILE",
      description = "With --force: only these orders; one id on each line, - for what is piped in.")
  private @Nullable String idFile;

  @Option(names = "--force", description = "Send orders again that have a result.")
  private boolean force;

  @Option(names = "--history", description = "Show who has moved offsets before.")
  private boolean history;

  @Option(names = "--execute", description = "Do it.")
  private boolean execute;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec command = Objects.requireNonNull(spec);
    ReplayKind kind = kind(command);
    kind.check(command.commandLine());
    if (kind == ReplayKind.SEND || execute) {
      person.require(command);
    }
    PrintWriter out = command.commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-replay")) {
      return switch (kind) {
        case HISTORY -> history(installation, out);
        case DEAD ->
            execute
                ? redrive.execute(installation, person, resend.most(), out)
                : redrive.plan(installation, out);
        case SEND -> send(installation, out);
        case MOVE -> move(installation, command);
      };
    } catch (ExecutionException e) {
      throw new UserError("the offsets cannot be read or moved: " + e.getCause(), e);
    }
  }

  private ReplayKind kind(CommandSpec command) {
    if (history) {
      return ReplayKind.HISTORY;
    }
    if (redrive.isAsked()) {
      return ReplayKind.DEAD;
    }
    if (status != null || idFile != null) {
      return ReplayKind.SEND;
    }
    if (where == null) {
      throw new ParameterException(
          command.commandLine(),
          "say what to replay: where to read on, as in --to-earliest or --run 17, or --status FAILED, --order-ids-from, --dead, --history");
    }
    return ReplayKind.MOVE;
  }

  private int history(Installation installation, PrintWriter out) {
    List<ReplayLog.Entry> entries = new ReplayLog(installation.database().jdbi()).list(HISTORY);
    output.print(
        out,
        HISTORY_COLUMNS,
        entries.stream()
            .map(
                each ->
                    Arrays.<@Nullable Object>asList(
                        each.at().toInstant().toString(),
                        each.who(),
                        each.reason(),
                        each.group(),
                        each.topic(),
                        each.changes(),
                        each.outcome()))
            .toList());
    return entries.isEmpty() ? 3 : 0;
  }

  private int send(Installation installation, PrintWriter out) {
    String wanted = status == null ? "FAILED" : status;
    if (wanted.equals("COMPLETED")) {
      out.println("refused: an order that is COMPLETED is never called again");
      return 4;
    }
    if (execute && !force) {
      out.println("refused: these orders have a result; --force sends them again all the same");
      return 4;
    }
    if (!wanted.equals("FAILED") && !wanted.equals("IN_DOUBT")) {
      throw usage("--status is FAILED or IN_DOUBT, not " + wanted);
    }
    Long run = where == null ? null : where.run();
    List<String> ids = idFile == null ? List.of() : IdFile.read(idFile);
    if (ids.isEmpty() && run == null) {
      throw usage("--run or --order-ids-from is needed with --status");
    }
    Resends.Selection selection =
        new Resends.Selection(Outcome.valueOf(wanted), new DoubtQueue.Selection(ids, run, null));
    return resend.run(installation, selection, person, execute, out);
  }

  private ParameterException usage(String wrong) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), wrong);
  }

  private int move(Installation installation, CommandSpec command)
      throws InterruptedException, ExecutionException {
    CommandLine line = command.commandLine();
    ReplayReport report = new ReplayReport(output, line.getOut(), line.getErr());
    try (Replay replay = new Replay(installation)) {
      List<TopicPartition> partitions =
          replay.partitions(ReplayWhere.partitions(topic, installation.topics().due()));
      ReplayTarget target = target(replay, partitions, installation);
      report.plan(replay.plan(partitions, target));
      if (execute) {
        execute(replay, partitions, target, report);
      } else {
        report.planned();
      }
      return 0;
    }
  }

  private ReplayTarget target(
      Replay replay, List<TopicPartition> partitions, Installation installation)
      throws InterruptedException, ExecutionException {
    ReplayWhere given = Objects.requireNonNull(where);
    Long run = given.run();
    if (run == null) {
      return given.target(replay.admin(), partitions, Objects.requireNonNull(spec).commandLine());
    }
    return ReplayTarget.startOf(
        new RunTable(installation.database().jdbi())
            .find(run)
            .orElseThrow(() -> new UserError("there is no run " + run)));
  }

  private void execute(
      Replay replay, List<TopicPartition> partitions, ReplayTarget target, ReplayReport report)
      throws InterruptedException, ExecutionException {
    Runtime.getRuntime().addShutdownHook(new Thread(replay::stop, "stop"));
    long start = System.nanoTime();
    Replay.Moved moved = replay.execute(partitions, target, person.who(), person.reason());
    double until = seconds(start);
    long again = moved.moves().stream().mapToLong(Move::again).sum();
    report.words().printf("offsets are moved after %.1f s%n", until);
    Double passed = moved.members() == 0 ? null : follow(replay, moved, report.words());
    report.done(
        new ReplayReport.Result(
            until, moved.members(), again, passed, passed == null ? null : replay.claimed(moved)));
  }

  /** Seconds until the group had passed what it reads again; null where that was not seen. */
  private static @Nullable Double follow(Replay replay, Replay.Moved moved, PrintWriter words)
      throws InterruptedException {
    long again = moved.moves().stream().mapToLong(Move::again).sum();
    long start = System.nanoTime();
    ProgressLine line = new ProgressLine(words, CommandLine.Help.Ansi.AUTO.enabled(), again);
    boolean isPassed = replay.follow(moved, left -> line.show(again - left, 0, left));
    line.end();
    return isPassed ? seconds(start) : null;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
