package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.operations.Problem;
import io.duly.reconciler.verify.Check;
import io.duly.runtime.KafkaProperties;
import io.duly.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents list is what the code does. */
class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void alertsAndDashboardUseMetricsThatAreListedAndLeadToTheRunbook() throws Exception {
    String listed = Files.readString(ROOT.resolve("docs/metrics.md"));
    String runbook = Files.readString(ROOT.resolve("docs/runbook.md"));
    String alerts = Files.readString(ROOT.resolve("deploy/prometheus/duly-alerts.yml"));
    String dashboard = Files.readString(ROOT.resolve("deploy/grafana/duly.json"));

    Matcher metric =
        Pattern.compile("\\b(duly|kafka)_[a-z_]+\\b").matcher(alerts + "\n" + dashboard);
    while (metric.find()) {
      String name = metric.group().replaceAll("_(bucket|count|sum)$", "");
      assertThat(listed).contains("| `" + name + "` |");
    }
    Matcher link = Pattern.compile("runbook\\.md#([a-z-]+)").matcher(alerts);
    while (link.find()) {
      assertThat(runbook).contains("\n## " + link.group(1) + "\n");
    }
    for (Problem.Kind each : Problem.Kind.values()) {
      assertThat(alerts).contains("kind=\"" + each + "\"");
    }
  }

  @Test
  void thePageOfSettingsListsEachSettingAsItIs() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/settings.md"));

    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target/settings.md"), Settings.page());

    assertThat(page)
        .as("replace the table of docs/settings.md by e2e/target/settings.md")
        .contains(Settings.page());
  }

  @Test
  void thePageOfKafkaListsEachPropertyThatIsDulysOwn() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/kafka.md"));

    assertThat(page).contains(KafkaProperties.page());
  }

  @Test
  void thePageOfVerifyListsEachCheck() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/verify.md"));

    assertThat(page).contains(Check.page());
  }

  @Test
  void theReadmeNamesTheTwoCommands() throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));

    assertThat(readme).contains("    ./duly demo ").contains("    ./mvnw verify ");
  }

  @Test
  void eachTestThatThePageOfGuaranteesNamesIsThere() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/delivery-guarantees.md"));
    List<String> names =
        Pattern.compile("\\b[A-Z]\\w*Test\\b")
            .matcher(page)
            .results()
            .map(MatchResult::group)
            .distinct()
            .toList();

    assertThat(names).isNotEmpty();
    try (Stream<Path> files = Files.walk(ROOT, 9)) {
      List<String> present =
          files
              .map(each -> each.getFileName().toString())
              .filter(each -> each.endsWith("Test.java"))
              .toList();
      assertThat(present).containsAll(names.stream().map(each -> each + ".java").toList());
    }
  }
}
