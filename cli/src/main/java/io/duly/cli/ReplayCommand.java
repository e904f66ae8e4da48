package io.duly.cli;

import io.duly.operations.DeadLetters;
import io.duly.operations.Installation;
import io.duly.operations.Replay;
import io.duly.operations.ReplayLog;
import io.duly.operations.ReplayPlan;
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
  private static final List<String> COLUMNS =
      List.of("TOPIC", "PARTITION", "CURRENT-OFFSET", "NEW-OFFSET", "READ-AGAIN", "PASSED-OVER");
  private static final List<String> HISTORY_COLUMNS =
      List.of("AT", "WHO", "REASON", "GROUP", "TOPIC", "OFFSETS");
  private static final int HISTORY = 100;

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final OutputOptions output = new OutputOptions();
  @Mixin private final ResendOptions resend = new ResendOptions();
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

  @Option(names = "--dead", description = "Put records back that were set aside as unreadable.")
  private boolean dead;

  @Option(
      names = "--max-redrives",
      defaultValue = "3",
      paramLabel = "N",
      description = "With --dead: put no record back more often (default: ${DEFAULT-VALUE}).")
  private int redrives;

  @Option(names = "--history", description = "Show who has moved offsets before.")
  private boolean history;

  @Option(names = "--execute", description = "Do it.")
  private boolean execute;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec command = Objects.requireNonNull(spec);
    boolean sends = status != null || idFile != null;
    long kinds = java.util.stream.Stream.of(dead, history, sends).filter(each -> each).count();
    if (kinds > 1 || (kinds == 0 && where == null)) {
      throw new ParameterException(
          command.commandLine(),
          "say what to replay: where to read on, as in --to-earliest or --run 17, or --status FAILED, --order-ids-from, --dead, --history");
    }
    if (sends || (execute && !dead)) {
      person.require(command);
    }
    PrintWriter out = command.commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-replay")) {
      if (history) {
        return history(installation, out);
      }
      if (dead) {
        return redrive(installation, out);
      }
      return sends ? send(installation, out) : move(installation, out);
    } catch (ExecutionException e) {
      throw new UserError("the offsets cannot be read or moved: " + e.getCause(), e);
    }
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
                        each.changes()))
            .toList());
    return entries.isEmpty() ? 3 : 0;
  }

  private int redrive(Installation installation, PrintWriter out) {
    try (DeadLetters letters = new DeadLetters(installation, redrives)) {
      DeadLetters.Count count = execute ? letters.redrive() : letters.plan();
      out.printf(
          "%d records %s put back; %d are left that were put back %d times, %d that are cut%n",
          count.redriven(),
          execute ? "were" : "would be",
          count.exhausted(),
          redrives,
          count.cut());
      return count.redriven() == 0 ? 3 : 0;
    }
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
      throw new UserError("--status is FAILED or IN_DOUBT, not " + wanted);
    }
    Long run = where == null ? null : where.run();
    List<String> ids = idFile == null ? List.of() : IdFile.read(idFile);
    if (ids.isEmpty() && run == null) {
      throw new UserError("--run or --order-ids-from is needed with --status");
    }
    Resends.Selection selection =
        new Resends.Selection(Outcome.valueOf(wanted), new DoubtQueue.Selection(ids, run, null));
    return resend.run(installation, selection, person, execute, out);
  }

  private int move(Installation installation, PrintWriter out)
      throws InterruptedException, ExecutionException {
    try (Replay replay = new Replay(installation)) {
      List<TopicPartition> partitions =
          replay.partitions(ReplayWhere.partitions(topic, installation.topics().due()));
      ReplayTarget target = target(replay, partitions, installation);
      ReplayPlan plan = replay.plan(partitions, target);
      print(out, plan);
      if (!execute) {
        if (output.isTable()) {
          out.println("--execute does it");
        }
        return 0;
      }
      return execute(replay, partitions, target, out);
    }
  }

  private ReplayTarget target(
      Replay replay, List<TopicPartition> partitions, Installation installation)
      throws InterruptedException, ExecutionException {
    ReplayWhere given = Objects.requireNonNull(where);
    Long run = given.run();
    if (run == null) {
      return given.target(replay.admin(), partitions);
    }
    return ReplayTarget.startOf(
        new RunTable(installation.database().jdbi())
            .find(run)
            .orElseThrow(() -> new UserError("there is no run " + run)));
  }

  private void print(PrintWriter out, ReplayPlan plan) {
    output.print(out, COLUMNS, plan.moves().stream().map(ReplayCommand::row).toList());
    if (output.isTable()) {
      long again = plan.moves().stream().mapToLong(Move::again).sum();
      long left = plan.moves().stream().mapToLong(Move::left).sum();
      out.printf("offsets read again  %d%n", again);
      out.printf("offsets passed over %d%n", left);
      plan.orders().forEach((each, count) -> out.printf("orders %-12s %d%n", each, count));
      out.printf("API calls at most   %d%n", plan.calls());
      out.printf("keys expired        %d%n", plan.expiredKeys());
    }
    out.flush();
  }

  private static List<@Nullable Object> row(Move move) {
    return Arrays.asList(
        move.partition().topic(),
        move.partition().partition(),
        move.committed(),
        move.after(),
        move.again(),
        move.left());
  }

  private int execute(
      Replay replay, List<TopicPartition> partitions, ReplayTarget target, PrintWriter out)
      throws InterruptedException, ExecutionException {
    Runtime.getRuntime().addShutdownHook(new Thread(replay::stop, "stop"));
    long start = System.nanoTime();
    Replay.Moved moved = replay.execute(partitions, target, person.who(), person.reason());
    long again = moved.moves().stream().mapToLong(Move::again).sum();
    out.printf("offsets are moved after %.1f s%n", seconds(start));
    if (moved.members() == 0) {
      out.println("no worker is running: the records are read when one is started");
      return 0;
    }
    long follow = System.nanoTime();
    ProgressLine line = new ProgressLine(out, CommandLine.Help.Ansi.AUTO.enabled(), again);
    replay.follow(moved, left -> line.show(again - left, 0, left));
    line.end();
    out.printf(
        "%d offsets were read again in %.1f s, %d orders were claimed from them%n",
        again, seconds(follow), replay.claimed(moved));
    return 0;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
