package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.runtime.Settings;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the schema, the topics, the publication and the slot. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description =
        "Makes what Duly needs beside the orders table: schema duly, topics, publication, replication slot. Again changes nothing.")
final class InitCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--dry-run",
      description =
          "Print what would be made, and the privileges that the processes need; change nothing.")
  private boolean dryRun;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "The processes' database role in what --dry-run prints (default: database.user, or duly).")
  private @Nullable String role;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Settings settings = options.load();
    if (dryRun) {
      try (Installation installation = Installation.find(settings, "duly-init")) {
        new InitPlan(installation, role).print(Objects.requireNonNull(spec).commandLine().getOut());
      }
    } else {
      Installation.create(settings).close();
    }
    return 0;
  }
}
