package io.duly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.sandbox.verdict.Verdict;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a demonstration showed.
 *
 * @param inFlightAtKill calls unanswered when a worker was killed; -1 where none was to be killed
 * @param seconds from the opening of the run to its last result
 */
record DemoResult(Verdict verdict, int inFlightAtKill, double seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

  boolean holds() {
    return inFlightAtKill != 0 && verdict.holds();
  }

  private String word() {
    if (!verdict.holds()) {
      return "violated";
    }
    return inFlightAtKill == 0 ? "void" : "ok";
  }

  Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("orders", verdict.orders());
    figures.put("completed", verdict.completed());
    figures.put("failed", verdict.failed());
    figures.put("in_doubt", verdict.inDoubt());
    figures.put("lost", verdict.lost());
    figures.put("stuck", verdict.stuck());
    figures.put("effects", verdict.effects());
    figures.put("orders_with_two_effects", verdict.ordersWithTwoEffects());
    figures.put("calls", verdict.calls());
    figures.put("result_events", verdict.resultEvents());
    figures.put("confirmed", verdict.confirmed());
    figures.put("lag", verdict.lag());
    figures.put("in_flight_at_kill", Math.max(0, inFlightAtKill));
    figures.put("seconds", Math.round(seconds * 100) / 100.0);
    figures.put("orders_per_second", Math.round(verdict.orders() / Math.max(0.001, seconds)));
    figures.put("verdict", word());
    return figures;
  }

  /** Prints it as one JSON object, or for people. */
  void print(PrintWriter out, boolean json) {
    if (json) {
      try {
        out.println(JSON.writeValueAsString(figures()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
      return;
    }
    figures().forEach((name, figure) -> out.printf("%-24s %s%n", name.replace('_', ' '), figure));
    verdict.violations().forEach(violation -> out.println("violation: " + violation));
    if (word().equals("void")) {
      out.println(
          "void: no worker was caught with unanswered calls; try more orders or a higher --latency");
    }
  }
}
