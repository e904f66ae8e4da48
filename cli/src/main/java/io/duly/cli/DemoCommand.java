package io.duly.cli;

import io.duly.runtime.Parts;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the whole pipeline on this machine alone, and judges it. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Runs the whole pipeline on this machine: real PostgreSQL, Kafka and Debezium, a sample API with its own books, and a verdict.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the verdict holds",
      "1:it does not, or the run could not be made",
      "2:usage"
    })
final class DemoCommand implements Callable<Integer> {
  @Mixin private final DemoOptions options = new DemoOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    options.check();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter notes = Objects.requireNonNull(spec).commandLine().getErr();
    Path folder = folder();
    Logging.toFile(folder.resolve("duly.log"));
    int exitCode;
    try (Parts parts = new Parts()) {
      Demo demo = parts.add(new Demo(options, folder, notes));
      DemoResult result = demo.run();
      result.print(out, options.json);
      exitCode = result.holds() ? 0 : 1;
      if (!options.exit) {
        demo.stay(out);
      }
    }
    if (options.data == null && exitCode == 0) {
      delete(folder);
    } else {
      notes.println("data and logs are in " + folder);
    }
    return exitCode;
  }

  private Path folder() {
    try {
      return options.data == null
          ? Files.createTempDirectory("duly-demo-")
          : Files.createDirectories(options.data).toAbsolutePath();
    } catch (IOException e) {
      throw new UserError("the data folder cannot be made: " + e.getMessage(), e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
