package io.duly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Set;

/** What of an overview somebody should know of, a line each. */
final class OverviewLines {
  private static final Set<String> OPEN = Set.of("OPEN", "PUBLISHING", "PUBLISHED");

  private OverviewLines() {}

  /** The problems, by the names of their sections in the runbook. */
  static void problems(PrintWriter out, JsonNode overview) {
    for (JsonNode each : overview.path("problems")) {
      out.printf(
          "problem    %s: %s%n", each.path("section").asText(), each.path("detail").asText());
    }
  }

  /** The runs that are open beside run {@code shown}. */
  static void openRuns(PrintWriter out, JsonNode overview, long shown) {
    for (JsonNode each : overview.path("runs")) {
      if (each.path("id").asLong() != shown && OPEN.contains(each.path("state").asText())) {
        long results =
            each.path("completed").asLong()
                + each.path("failed").asLong()
                + each.path("inDoubt").asLong();
        out.printf(
            "also open  run %d of schedule '%s', %s: %d of %d orders have a result%n",
            each.path("id").asLong(),
            each.path("schedule").asText(),
            each.path("state").asText(),
            results,
            each.path("selected").asLong());
      }
    }
  }
}
