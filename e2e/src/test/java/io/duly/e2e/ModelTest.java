package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Spin walks through the model of the claim, each variant of docs/model/README.md, and finds what
 * that page says.
 */
class ModelTest {
  private static final Path MODEL = Path.of("../docs/model").toAbsolutePath().normalize();
  private static final Path FOLDER = Path.of("target/model").toAbsolutePath();
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([^`]+)` \\| (all|safety) \\| (\\w+) \\| [\\d,]+ \\|$");
  private static final int PATIENCE_SECONDS = 120;

  /**
   * A line of the page.
   *
   * @param result the property that is broken, or "holds"
   */
  record Variant(String name, boolean isSettlingChecked, String result) {
    List<String> definitions() {
      return Stream.of(name.split(" ", -1)).map(each -> "-D" + each).toList();
    }
  }

  static List<Variant> variants() throws IOException {
    return ROW.matcher(Files.readString(MODEL.resolve("README.md")))
        .results()
        .map(row -> new Variant(row.group(1), row.group(2).equals("all"), row.group(3)))
        .toList();
  }

  @BeforeAll
  static void findTools() {
    for (String tool : List.of("spin", "cc")) {
      if (!isInstalled(tool)) {
        System.err.println(
            "SKIPPED: the model of the claim is not checked, " + tool + " is not installed");
        Assumptions.abort(tool + " is not installed");
      }
    }
  }

  private static boolean isInstalled(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  @Execution(ExecutionMode.CONCURRENT) // each has a folder and processes of its own
  @ParameterizedTest
  @MethodSource("variants")
  void spinFindsWhatThePageSays(Variant variant) throws Exception {
    String report = search(variant);

    assertThat(report).doesNotContain("max search depth too small", "out of memory");
    assertThat(brokenIn(report)).as(report).isEqualTo(variant.result());
  }

  private static String search(Variant variant) throws Exception {
    Path folder = Files.createDirectories(FOLDER.resolve(variant.name().replace(' ', '-')));
    List<String> spin = new ArrayList<>(List.of("spin", "-a"));
    spin.addAll(variant.definitions());
    spin.add(MODEL.resolve("claim.pml").toString());
    List<String> compiler = new ArrayList<>(List.of("cc", "-O1", "-w", "-DCOLLAPSE"));
    compiler.addAll(
        variant.isSettlingChecked() ? List.of("-DNFAIR=4") : List.of("-DSAFETY", "-DNOCLAIM"));
    compiler.addAll(List.of("-o", "pan", "pan.c"));
    List<String> search = new ArrayList<>(List.of("./pan", "-m1000000"));
    search.addAll(variant.isSettlingChecked() ? List.of("-a", "-f") : List.of());

    run(folder, spin);
    run(folder, compiler);
    return run(folder, search);
  }

  private static String run(Path folder, List<String> command) throws Exception {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("%s ends in time", command).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    return Files.readString(output);
  }

  private static String brokenIn(String report) {
    if (report.contains("errors: 0")) {
      return "holds";
    }
    if (report.contains("acceptance cycle")) {
      return "settles";
    }
    return Pattern.compile("assertion violated \\W*(calls|effects|overwritten)\\b")
        .matcher(report)
        .results()
        .map(broken -> broken.group(1))
        .findFirst()
        .orElse("something else is broken");
  }
}
