package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.orders.TableStatistics;
import io.duly.orders.TableTotals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line on the whole orders table, which is an estimate and says how old it is. */
final class TotalsLine {
  private TotalsLine() {}

  static String of(Installation installation) {
    return new TableStatistics(installation.database().jdbi(), installation.table())
        .totals()
        .map(TotalsLine::line)
        .orElseGet(
            () ->
                "not sampled yet, or its statistics are hidden from this user: run ANALYZE "
                    + installation.table().name());
  }

  private static String line(TableTotals totals) {
    List<String> counts = new ArrayList<>();
    totals.byValue().forEach((value, count) -> counts.add("%s %,d".formatted(value, count)));
    if (totals.others() > 0) {
      counts.add("others %,d".formatted(totals.others()));
    }
    return "about %,d orders, sampled %s, %,d rows written since: %s"
        .formatted(totals.rows(), ago(totals.age()), totals.changed(), String.join(", ", counts));
  }

  private static String ago(@Nullable Duration age) {
    if (age == null) {
      return "at a time that the server has forgotten";
    }
    if (age.toMinutes() < 2) {
      return age.toSeconds() + " s ago";
    }
    return age.toHours() < 2 ? age.toMinutes() + " min ago" : age.toHours() + " h ago";
  }
}
