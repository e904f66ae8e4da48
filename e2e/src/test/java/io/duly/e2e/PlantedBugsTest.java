package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bugs that {@code .ci/planted-bugs} plants fit the code as it is, and the tests that must
 * catch them are there.
 */
class PlantedBugsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern TEST = Pattern.compile("(?m)^Test: (\\w+)(?:#(\\w+))?$");

  static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("e2e/planted-bugs"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("patches")
  void eachFits(Path patch) throws Exception {
    if (!Files.exists(ROOT.resolve(".git"))) {
      System.err.println("SKIPPED: no checkout, so nobody knows whether " + patch + " still fits");
    }
    Assumptions.assumeTrue(Files.exists(ROOT.resolve(".git")));
    Process git =
        new ProcessBuilder("git", "apply", "--check", patch.toString())
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(git.waitFor()).as(output).isZero();
  }

  @ParameterizedTest
  @MethodSource("patches")
  void theTestThatCatchesItIsThere(Path patch) throws Exception {
    Matcher test = TEST.matcher(Files.readString(patch));
    assertThat(test.find()).isTrue();

    try (Stream<Path> files = Files.walk(ROOT, 9)) {
      Path source =
          files.filter(each -> each.endsWith(test.group(1) + ".java")).findFirst().orElseThrow();
      assertThat(Files.readString(source))
          .contains(test.group(2) == null ? "class " : "void " + test.group(2) + "(");
    }
  }
}
