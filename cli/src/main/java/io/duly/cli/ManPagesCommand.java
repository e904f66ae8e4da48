package io.duly.cli;

import io.duly.runtime.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the manual pages. */
@Command(
    name = "generate-man-page",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a manual page of each command into a folder.",
      "As in: duly generate-man-page ~/.local/share/man/man1; then man duly-replay shows one."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage"})
final class ManPagesCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder; made where it is missing.")
  private @Nullable Path folder;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    Path where = Objects.requireNonNull(folder);
    List<ManPage> pages = ManPage.all(command.root().commandLine());
    try {
      Files.createDirectories(where);
      for (ManPage each : pages) {
        Files.writeString(where.resolve(each.name() + ".1"), each.text());
      }
    } catch (IOException e) {
      throw new UserError("manual pages cannot be written to " + where + ": " + e, e);
    }
    command.commandLine().getOut().printf("%d pages are in %s%n", pages.size(), where);
    return 0;
  }
}
