package io.duly.cli;

import io.duly.orders.RunLife;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What has come over a run on its way, a line each. */
final class RunLifeLines {
  private RunLifeLines() {}

  static void print(PrintWriter out, RunLife life) {
    if (life.paused() != null) {
      out.printf("run paused %s%n", life.paused());
    }
    if (life.trouble() != null) {
      out.printf("trouble    ingest cannot publish it and tries on: %s%n", life.trouble());
    }
    if (life.cancelledBy() != null) {
      out.printf("cancelled  by %s: %s%n", life.cancelledBy(), life.cancelledWhy());
      out.printf("unclaimed  %s%n", life.unclaimed() == null ? "counted soon" : life.unclaimed());
    }
    if (life.canary() > 0) {
      out.printf(
          "canary     %d orders, %s%n",
          life.canary(), life.canaryPassed() ? "passed" : "the others wait for their outcomes");
    }
    print(out, life.times());
  }

  private static void print(PrintWriter out, RunLife.Times times) {
    Instant deadline = times.deadline();
    Instant eta = times.eta();
    if (eta != null) {
      out.printf("ETA        %s%n", eta.truncatedTo(ChronoUnit.SECONDS));
    }
    if (deadline != null) {
      String note = eta != null && eta.isAfter(deadline) ? ", the ETA is after it" : "";
      out.printf("deadline   %s%s%n", deadline, times.lateSince() == null ? note : ", passed");
    }
  }
}
