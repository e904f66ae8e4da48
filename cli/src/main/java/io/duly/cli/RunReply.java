package io.duly.cli;

import io.duly.orders.RunControl.Reply;
import java.io.PrintWriter;

/** Tells a person what came of a command on one run. */
final class RunReply {
  private RunReply() {}

  /** Prints {@code done} or why it was not, and returns the exit code. */
  static int tell(PrintWriter out, long run, Reply reply, String done, String refused) {
    return switch (reply) {
      case DONE -> {
        out.println(done);
        yield 0;
      }
      case UNKNOWN_RUN -> {
        out.printf("there is no run %d%n", run);
        yield 3;
      }
      case REFUSED -> {
        out.printf("run %d %s%n", run, refused);
        yield 4;
      }
    };
  }
}
