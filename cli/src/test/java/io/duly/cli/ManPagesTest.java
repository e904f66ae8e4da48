package io.duly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is generated from the commands: their manual pages, and the completion of a shell. */
class ManPagesTest {
  @TempDir Path folder;

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().distinct().flatMap(ManPagesTest::all));
  }

  private static String shown(Collection<String> command) throws Exception {
    Process process = new ProcessBuilder(List.copyOf(command)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }

  @Test
  void eachCommandHasAPageWithAllItsOptions() throws Exception {
    assertThat(CommandSite.run("generate-man-page", folder.toString()).exitCode()).isZero();

    List<CommandLine> commands = all(new CommandLine(new DulyCommand())).toList();
    assertThat(commands).hasSizeGreaterThan(25);
    for (CommandLine each : commands) {
      Path page = folder.resolve(each.getCommandSpec().qualifiedName("-") + ".1");
      String text = Files.readString(page);
      assertThat(text).contains(".SH NAME\n", ".SH SYNOPSIS\n").doesNotContain("${", "%n");
      for (OptionSpec option : each.getCommandSpec().options()) {
        assertThat(text).contains("\\fB" + option.longestName().replace("-", "\\-") + "\\fR");
      }
    }
  }

  @Test
  void manShowsAPage() throws Exception {
    boolean isMan = isThere("man");
    Assumptions.assumeTrue(isMan || isThere("groff"), "neither man nor groff is here");
    CommandSite.run("generate-man-page", folder.toString());
    String page = folder.resolve("duly-replay.1").toString();

    String text =
        shown(
            isMan
                ? List.of("man", "--warnings", "-l", page)
                : List.of("groff", "-man", "-Tascii", "-ww", page));

    assertThat(text.replaceAll(".\b", "").replaceAll("\u001b\\[[0-9;]*m", ""))
        .contains("DULY-REPLAY(1)", "SYNOPSIS", "--to-earliest", "EXIT STATUS")
        .doesNotContain("warning");
  }

  @Test
  void bashTakesTheCompletion() throws Exception {
    Assumptions.assumeTrue(isThere("bash"), "no bash is here");
    String completion = CommandSite.run("generate-completion").out();
    assertThat(completion).contains("--to-earliest");
    Path file = Files.writeString(folder.resolve("completion"), completion);

    assertThat(shown(List.of("bash", "-n", file.toString()))).isEmpty();
  }
}
