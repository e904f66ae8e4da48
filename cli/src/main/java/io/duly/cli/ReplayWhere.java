package io.duly.cli;

import io.duly.operations.ReplayTarget;
import io.duly.runtime.UserError;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where the group is to read on; exactly one of these, named as Kafka's own tool names them. */
final class ReplayWhere {
  @Option(names = "--to-earliest", description = "The first record that is there.")
  private boolean earliest;

  @Option(names = "--to-latest", description = "After the last record.")
  private boolean latest;

  @Option(names = "--to-current", description = "Where it is.")
  private boolean current;

  @Option(
      names = "--to-datetime",
      paramLabel = "TIME",
      description =
          "The first record written at TIME or after, as in 2026-05-03T00:00:00.000; UTC unless it ends with an offset.")
  private @Nullable String time;

  @Option(
      names = "--by-duration",
      paramLabel = "DURATION",
      description = "The first record written that long ago or later, as in PT6H or P1D.")
  private @Nullable String duration;

  @Option(names = "--to-offset", paramLabel = "N", description = "Offset N.")
  private @Nullable Long offset;

  @Option(
      names = "--shift-by",
      paramLabel = "N",
      description = "N offsets on, or back where N is negative.")
  private @Nullable Long shift;

  @Option(
      names = "--from-file",
      paramLabel = "FILE",
      description = "As a file says: lines of topic,partition,offset.")
  private @Nullable Path file;

  @Option(names = "--run", paramLabel = "RUN", description = "The first record of this run.")
  private @Nullable Long run;

  @Nullable Long run() {
    return run;
  }

  /**
   * The target that was given, unless it is a run.
   *
   * @throws picocli.CommandLine.ParameterException of {@code command} where a file names others
   *     than {@code partitions}
   */
  ReplayTarget target(Admin admin, Collection<TopicPartition> partitions, CommandLine command)
      throws InterruptedException, ExecutionException {
    if (time != null) {
      return ReplayTarget.since(admin, partitions, instant(time));
    }
    if (duration != null) {
      return ReplayTarget.since(admin, partitions, Instant.now().minus(period(duration)));
    }
    if (offset != null) {
      return ReplayTarget.at(offset);
    }
    if (shift != null) {
      return ReplayTarget.shifted(shift);
    }
    if (file != null) {
      return ReplayTarget.listed(OffsetFile.read(file, partitions, command));
    }
    if (earliest) {
      return ReplayTarget.earliest();
    }
    if (latest) {
      return ReplayTarget.latest();
    }
    if (current) {
      return ReplayTarget.current();
    }
    throw new IllegalStateException("a run is given");
  }

  /** The partitions that {@code --topic} names of {@code due}; none for all. */
  static List<Integer> partitions(@Nullable String given, String due) {
    if (given == null) {
      return List.of();
    }
    int colon = given.lastIndexOf(':');
    String name = colon < 0 ? given : given.substring(0, colon);
    if (!name.equals(due)) {
      throw new UserError("--topic: the topic of due orders is " + due + ", not " + name);
    }
    try {
      return colon < 0
          ? List.of()
          : Stream.of(given.substring(colon + 1).split(",", -1)).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new UserError("--topic: numbers of partitions are wanted, as in " + due + ":0,1", e);
    }
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      try {
        return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
      } catch (DateTimeException f) {
        throw new UserError(
            "--to-datetime: a time is wanted as in 2026-05-03T00:00:00.000, not " + text, f);
      }
    }
  }

  private static Duration period(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      throw new UserError("--by-duration: a duration is wanted as in PT6H, not " + text, e);
    }
  }
}
