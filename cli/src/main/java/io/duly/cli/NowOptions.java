package io.duly.cli;

import io.duly.ingest.Ingest;
import io.duly.operations.Installation;
import io.duly.orders.Lanes;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import picocli.CommandLine.Option;

/** The run that a person opens. */
final class NowOptions {
  private static final String SCHEDULE = "by hand";

  @Option(names = "--now", description = "Open a run that fires now.")
  private boolean now;

  @Option(
      names = "--lane",
      paramLabel = "LANE",
      description = "Lane of the run of --now (default: main).")
  private String lane = "";

  @Option(
      names = "--filter",
      paramLabel = "SQL",
      description =
          "Condition of the run of --now on the orders table beside orders.filter; {cutoff} is the present time.")
  private String filter = "";

  /** Throws UserError where they cannot be meant. */
  void check(Settings settings) {
    if (!now && !(lane.isEmpty() && filter.isEmpty())) {
      throw new UserError("--lane and --filter are those of the run that --now opens: add --now");
    }
    Lanes.of(settings).require(lane());
  }

  /** Opens the run, if one is asked for. */
  void open(Installation installation) {
    if (now) {
      Ingest.checkFilter(installation.database(), installation.table(), SCHEDULE, filter);
      Ingest.openRun(installation.database(), SCHEDULE, filter, lane());
    }
  }

  /** Who is started for one run speaks for no other schedules than its own. */
  Ingest.Others others() {
    return now ? Ingest.Others.KEPT : Ingest.Others.LEFT_OUT;
  }

  private String lane() {
    return lane.isEmpty() ? Lanes.MAIN : lane;
  }
}
