package io.duly.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes the schema, the topics, the publication and the slot. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description =
        "Makes what Duly needs beside the orders table: schema duly, topics, publication, replication slot. Again changes nothing.")
final class InitCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() {
    Installation.create(options.load()).close();
    return 0;
  }
}
