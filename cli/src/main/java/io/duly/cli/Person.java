package io.duly.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Who does something that is kept, and why. */
final class Person {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept.")
  private String reason = "";

  @Option(
      names = "--who",
      defaultValue = "${sys:user.name}",
      paramLabel = "NAME",
      description = "Who does it (default: ${DEFAULT-VALUE}); kept.")
  private String who = "";

  String who() {
    return who;
  }

  String reason() {
    return reason;
  }

  /** Refuses to go on without both. */
  void require(CommandSpec command) {
    if (who.isBlank() || reason.isBlank()) {
      throw new ParameterException(
          command.commandLine(), "--reason is needed, and --who, with a text: both are kept");
    }
  }
}
