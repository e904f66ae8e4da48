package io.duly.cli;

import picocli.CommandLine.Command;

/** When runs open. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    description =
        "Shows and changes the schedules at which runs open. Those of the settings file are changed there.",
    subcommands = {
      ScheduleListCommand.class,
      ScheduleNextCommand.class,
      ScheduleAddCommand.class,
      ScheduleRemoveCommand.class,
      SchedulePauseCommand.class,
      ScheduleResumeCommand.class,
      ScheduleFireCommand.class
    })
final class ScheduleCommand {}
