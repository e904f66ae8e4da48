package io.duly.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The root of all commands. */
@Command(
    name = "duly",
    version = "duly 0.1.0",
    mixinStandardHelpOptions = true,
    description =
        "Processes each pending order of a PostgreSQL table once, at its time, through an HTTP API, and proves it.",
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      DoctorCommand.class,
      RunCommand.class,
      IngestCommand.class,
      WorkerCommand.class,
      ReconcilerCommand.class,
      ScheduleCommand.class,
      ShadowCommand.class,
      ConsoleCommand.class,
      StatusCommand.class,
      LagCommand.class,
      VerifyCommand.class,
      VerdictCommand.class,
      OrdersCommand.class,
      ReplayCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      CancelCommand.class,
      SampleApiCommand.class,
      SampleOrdersCommand.class,
      GenerateCompletion.class,
      ManPagesCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:nothing matched", "4:refused"})
final class DulyCommand {}
