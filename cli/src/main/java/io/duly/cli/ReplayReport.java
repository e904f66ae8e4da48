package io.duly.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.ReplayPlan;
import io.duly.operations.ReplayPlan.Move;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a move of offsets would do, and has done: for people as it happens, as JSON in one
 * object at the end. As CSV the moves alone, and the rest as notes. One thread.
 */
final class ReplayReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> COLUMNS =
      List.of("TOPIC", "PARTITION", "CURRENT-OFFSET", "NEW-OFFSET", "READ-AGAIN", "PASSED-OVER");

  /**
   * What came of it.
   *
   * @param seconds until the offsets were moved
   * @param members of the group before; where there were none nobody reads on
   * @param passed seconds until the group had passed what it read again; null where that was not
   *     seen
   * @param claimed orders from these records; null where that cannot be told
   */
  record Result(
      double seconds, int members, long again, @Nullable Double passed, @Nullable Long claimed) {}

  private final OutputOptions output;
  private final PrintWriter out;
  private final PrintWriter words;
  private final ObjectNode told = JSON.createObjectNode();

  /** Words that are not part of a form for programs go to {@code notes}. */
  ReplayReport(OutputOptions output, PrintWriter out, PrintWriter notes) {
    this.output = output;
    this.out = out;
    this.words = output.isTable() ? out : notes;
  }

  /** Where text for people goes. */
  PrintWriter words() {
    return words;
  }

  /** Tells what would be done. */
  void plan(ReplayPlan plan) {
    if (output.isJson()) {
      add(plan);
      return;
    }
    output.print(out, COLUMNS, plan.moves().stream().map(ReplayReport::row).toList());
    words.printf("offsets read again  %d%n", plan.again());
    words.printf("offsets passed over %d%n", plan.left());
    plan.orders().forEach((each, count) -> words.printf("orders %-12s %d%n", each, count));
    plan.passedOver().forEach((each, count) -> words.printf("passed over %-7s %d%n", each, count));
    words.printf("API calls at most   %d%n", plan.calls());
    words.printf("keys expired        %d%n", plan.expiredKeys());
    out.flush();
    words.flush();
  }

  /** Tells that nothing was done. */
  void planned() {
    if (output.isTable()) {
      out.println("--execute does it");
    }
    end();
  }

  /** Tells what came of it. */
  void done(Result result) {
    if (output.isJson()) {
      told.putObject("result")
          .put("moved", true)
          .put("seconds", result.seconds())
          .put("members", result.members())
          .put("passedAfter", result.passed())
          .put("claimed", result.claimed());
    } else if (result.members() == 0) {
      words.println("no worker is running: the records are read when one is started");
    } else if (result.passed() == null) {
      words.println("the offsets are moved, and could not be followed to the end: see duly lag");
    } else {
      words.printf(
          "%d offsets were read again in %.1f s, %s%n",
          result.again(),
          result.passed(),
          result.claimed() == null
              ? "how many orders were claimed from them could not be counted in time"
              : result.claimed() + " orders were claimed from them");
    }
    end();
  }

  private void end() {
    if (output.isJson()) {
      output.print(out, told);
    }
    out.flush();
    words.flush();
  }

  private void add(ReplayPlan plan) {
    ArrayNode moves = told.putArray("moves");
    for (Move each : plan.moves()) {
      moves
          .addObject()
          .put("topic", each.partition().topic())
          .put("partition", each.partition().partition())
          .put("currentOffset", each.committed())
          .put("newOffset", each.after())
          .put("readAgain", each.again())
          .put("passedOver", each.left());
    }
    told.put("readAgain", plan.again()).put("passedOver", plan.left());
    counts("orders", plan.orders());
    counts("ordersPassedOver", plan.passedOver());
    told.put("calls", plan.calls()).put("expiredKeys", plan.expiredKeys());
  }

  private void counts(String name, SortedMap<String, Long> counts) {
    counts.forEach(told.putObject(name)::put);
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
}
