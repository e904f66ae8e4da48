package io.duly.cli;

import io.duly.cli.doctor.Doctor;
import io.duly.cli.doctor.Finding;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what is wrong with an installation. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Looks at database, table, topics and API, changes nothing and sends the API nothing; says what is wrong and what to do.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok, or warnings only", "1:a problem", "2:usage"})
final class DoctorCommand implements Callable<Integer> {
  private static final List<String> COLUMNS = List.of("LEVEL", "EXAMINED", "FOUND", "TO-DO");

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final OutputOptions output = new OutputOptions();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    List<Doctor.Result> results = Doctor.examine(options.load());
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (output.isTable()) {
      results.forEach(each -> print(out, each));
    } else {
      output.print(out, COLUMNS, results.stream().map(DoctorCommand::row).toList());
    }
    boolean isWell =
        results.stream().noneMatch(each -> each.finding().level() == Finding.Level.PROBLEM);
    return isWell ? 0 : 1;
  }

  private static void print(PrintWriter out, Doctor.Result result) {
    Finding finding = result.finding();
    out.printf("%-8s  %-17s  %s%n", finding.level(), result.examination(), finding.says());
    if (!finding.advice().isEmpty()) {
      out.printf("%29s  → %s%n", "", finding.advice());
    }
  }

  private static List<@Nullable Object> row(Doctor.Result result) {
    Finding finding = result.finding();
    return Arrays.asList(
        finding.level().name(),
        result.examination(),
        finding.says(),
        finding.advice().isEmpty() ? null : finding.advice());
  }
}
