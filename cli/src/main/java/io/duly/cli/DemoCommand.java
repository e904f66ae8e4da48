package io.duly.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
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
    DemoFolder folder = DemoFolder.make(options.data, notes);
    Logging.toFile(folder.path().resolve("duly.log"));
    try (Demo demo = new Demo(options, folder, notes)) {
      DemoResult result = demo.run();
      result.print(out, options.json);
      if (result.holds()) {
        folder.allWentWell();
      }
      if (!options.exit) {
        demo.stay(options.json ? notes : out);
      }
      return result.holds() ? 0 : 1;
    }
  }
}
