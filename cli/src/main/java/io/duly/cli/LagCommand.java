package io.duly.cli;

import io.duly.operations.LagReader;
import io.duly.operations.LagTrend;
import io.duly.operations.OldestRecords;
import io.duly.operations.PartitionLag;
import io.duly.runtime.Durations;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.runtime.Stop;
import io.duly.runtime.UserError;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what a consumer group has left to do. */
@Command(
    name = "lag",
    mixinStandardHelpOptions = true,
    description =
        "Shows what a consumer group has left, by offsets and by age; Duly's workers' without --group.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ok; with --until-zero: nothing is left",
      "1:failure; with --until-zero: something is left after --timeout",
      "2:usage",
      "3:no such group or topic; with --topic, a group need not be there"
    })
final class LagCommand implements Callable<Integer> {
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(1);

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--group", paramLabel = "GROUP", description = "Another consumer group.")
  private @Nullable String group;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only this topic; may be given often. Without it, all that the group reads.")
  private List<String> topics = new ArrayList<>();

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "2s",
      paramLabel = "INTERVAL",
      description = "Show it again and again (default interval: ${FALLBACK-VALUE}).")
  private @Nullable String watch;

  @Option(names = "--until-zero", description = "Wait until nothing is left.")
  private boolean isUntilZero;

  @Option(
      names = "--timeout",
      defaultValue = "10m",
      paramLabel = "DURATION",
      description = "Wait no longer than this with --until-zero (default: ${DEFAULT-VALUE}).")
  private String timeout = "10m";

  @Spec private @Nullable CommandSpec spec;

  private final LagTrend trend = new LagTrend();
  private final Stop stop = new Stop();

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = options.load();
    settings.require("kafka.bootstrap.servers");
    Duration interval = watch == null ? BETWEEN_SAMPLES : duration("--watch", watch);
    Duration patience = duration("--timeout", timeout);
    KafkaClients clients = new KafkaClients(settings);
    clients.checkReachable();
    String name = group == null ? settings.text("worker.group") : group;
    try (Admin admin = clients.admin();
        OldestRecords oldest = new OldestRecords(clients)) {
      LagReader reader = new LagReader(admin, oldest, name);
      if (group != null && topics.isEmpty() && reader.holders().isEmpty()) {
        return nothing(
            "there is no group "
                + name
                + "; with --topic it is told what such a group would have left");
      }
      Collection<String> wanted = wanted(reader, settings);
      if (sample(reader, wanted).isEmpty()) {
        return nothing("group " + name + " reads no topic that is there; name one by --topic");
      }
      return follow(reader, wanted, interval, patience);
    } catch (ExecutionException e) {
      throw new UserError("the lag of group " + name + " cannot be read: " + e.getCause(), e);
    }
  }

  private Collection<String> wanted(LagReader reader, Settings settings)
      throws InterruptedException, ExecutionException {
    if (!topics.isEmpty()) {
      return topics;
    }
    return group == null ? List.of(settings.text("topic.due")) : reader.topics();
  }

  private int follow(
      LagReader reader, Collection<String> wanted, Duration interval, Duration patience)
      throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    while (!stop.pause(interval)) {
      List<PartitionLag> lags = sample(reader, wanted);
      boolean isZero = lags.stream().allMatch(each -> each.lag() == 0);
      boolean isLate = System.nanoTime() - start > patience.toNanos();
      boolean isOver = isUntilZero ? isZero || isLate : watch == null;
      if (isOver || watch != null) {
        print(reader.group(), lags);
      }
      if (isOver) {
        return isZero || !isUntilZero ? 0 : 1;
      }
    }
    return 1;
  }

  private List<PartitionLag> sample(LagReader reader, Collection<String> wanted)
      throws InterruptedException, ExecutionException {
    List<PartitionLag> lags = reader.read(wanted);
    trend.add(lags, System.nanoTime());
    return lags;
  }

  private void print(String name, List<PartitionLag> lags) {
    LagRows rows = new LagRows(name, trend, Instant.now());
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    output.print(
        out,
        LagRows.COLUMNS,
        lags.stream().map(output.isTable() ? rows::line : rows::row).toList());
    out.flush();
  }

  private int nothing(String what) {
    Objects.requireNonNull(spec).commandLine().getErr().println("duly: " + what);
    return 3;
  }

  private Duration duration(String option, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), option + ": " + e.getMessage(), e);
    }
  }
}
