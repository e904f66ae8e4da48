package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The model of the protocol holds, and its weakened variants fail, as its page says. */
class ModelTest {
  private static final Path PAGE = Path.of("../docs/model/README.md");
  private static final Path MODEL = Path.of("../docs/model/claim.pml").toAbsolutePath().normalize();
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([^`]+)` \\|.*?\\| ?(holds|fails) \\|");

  static Stream<Arguments> variants() throws IOException {
    return ROW.matcher(Files.readString(PAGE))
        .results()
        .map(row -> Arguments.of(row.group(1), row.group(2).equals("holds")));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aVariantDoesWhatItsPageSays(String switches, boolean holds) throws Exception {
    boolean isThere = isThere("spin") && isThere("cc");
    if (!isThere) {
      System.err.println("SKIPPED: the model is not checked, install spin and a C compiler");
    }
    Assumptions.assumeTrue(isThere);
    Path folder = Files.createDirectories(Path.of("target", "model", switches.replace(" ", "")));
    List<String> spin = new ArrayList<>(List.of("spin", "-a"));
    spin.addAll(Arrays.asList(switches.split(" ", -1)));
    spin.add(MODEL.toString());

    run(folder, spin);
    run(folder, List.of("cc", "-O2", "-DMEMLIM=2000", "-o", "pan", "pan.c"));
    String report = run(folder, List.of("./pan", "-a", "-m400000"));

    assertThat(report).contains(holds ? "errors: 0" : "errors: 1");
    if (holds) {
      assertThat(report).doesNotContainIgnoringCase("search not completed", "depth too small");
    }
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }

  private static String run(Path folder, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
