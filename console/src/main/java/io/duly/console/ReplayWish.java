package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.duly.operations.Replay;
import io.duly.operations.ReplayTarget;
import io.duly.orders.RunTable;
import io.duly.runtime.UserError;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;

/** Where a request wants the workers to read on, understood before anything is done. */
@FunctionalInterface
interface ReplayWish {
  /** What it means for {@code partitions} as they are now. */
  ReplayTarget target(Replay replay, List<TopicPartition> partitions)
      throws InterruptedException, ExecutionException;

  /**
   * Reads {@code to} and {@code value} of a request.
   *
   * @throws UserError where they are not understood, or name no run that can be read again
   */
  static ReplayWish of(JsonNode body, RunTable runs) {
    String value = body.path("value").asText().strip();
    return switch (body.path("to").asText()) {
      case "earliest" -> fixed(ReplayTarget.earliest());
      case "latest" -> fixed(ReplayTarget.latest());
      case "offset" -> fixed(ReplayTarget.at(number(value)));
      case "shift" -> fixed(ReplayTarget.shifted(number(value)));
      case "run" -> fixed(startOf(number(value), runs));
      case "datetime" -> since(instant(value));
      default ->
          throw new UserError("to: earliest, latest, offset, shift, datetime or run is wanted");
    };
  }

  private static ReplayWish fixed(ReplayTarget target) {
    return (replay, partitions) -> target;
  }

  private static ReplayWish since(Instant time) {
    return (replay, partitions) -> ReplayTarget.since(replay.admin(), partitions, time);
  }

  private static ReplayTarget startOf(long run, RunTable runs) {
    return ReplayTarget.startOf(
        runs.find(run).orElseThrow(() -> new UserError("there is no run " + run)));
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UserError("value: a whole number is wanted" + found(text), e);
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new UserError("value: a time is wanted as in 2026-05-03T00:00:00Z" + found(text), e);
    }
  }

  private static String found(String text) {
    return text.isEmpty() ? "" : ", not " + text;
  }
}
