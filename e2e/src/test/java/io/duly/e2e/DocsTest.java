package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the documents list is what the code does. */
class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

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
  void theReadmeNamesTheTwoCommands() throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));

    assertThat(readme).contains("    ./duly demo ").contains("    ./mvnw verify ");
  }
}
