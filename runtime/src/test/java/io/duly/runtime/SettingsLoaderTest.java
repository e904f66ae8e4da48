package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
  @TempDir Path folder;

  @Test
  void letsTheEnvironmentWinOverTheFileAndTheCommandLineOverBoth() throws Exception {
    Path file = file("worker.id=file\ninstallation=file\norders.table=file\n");
    Map<String, String> environment =
        Map.of("DULY_INSTALLATION", "environment", "DULY_ORDERS_TABLE", "environment");
    Map<String, String> commandLine = Map.of("orders.table", "command line");

    Settings settings = SettingsLoader.load(file, environment, commandLine);

    assertThat(settings.text("worker.id")).isEqualTo("file");
    assertThat(settings.text("installation")).isEqualTo("environment");
    assertThat(settings.text("orders.table")).isEqualTo("command line");
  }

  @ParameterizedTest
  @CsvSource({
    "api.key-header, DULY_API_KEY_HEADER",
    "orders.status.in-doubt, DULY_ORDERS_STATUS_IN_DOUBT",
    "kafka.bootstrap.servers, DULY_KAFKA_BOOTSTRAP_SERVERS",
    "topic.due, DULY_TOPIC_DUE"
  })
  void readsASettingFromItsVariable(String key, String variable) {
    Settings settings = SettingsLoader.load(null, Map.of(variable, "value"), Map.of());

    assertThat(SettingsLoader.variable(key)).isEqualTo(variable);
    assertThat(settings.text(key)).isEqualTo("value");
  }

  @Test
  void hasAVariableOfItsOwnForEachSetting() {
    assertThat(Catalogue.settings().names().stream().map(SettingsLoader::variable))
        .doesNotHaveDuplicates();
  }

  @Test
  void givesUnknownKafkaVariablesToTheKafkaClients() {
    Settings settings =
        SettingsLoader.load(null, Map.of("DULY_KAFKA_SASL_MECHANISM", "PLAIN"), Map.of());

    assertThat(settings.kafka()).containsEntry("sasl.mechanism", "PLAIN");
  }

  @Test
  void reportsAnUnknownVariable() {
    assertThatThrownBy(() -> SettingsLoader.load(null, Map.of("DULY_API_URI", "x"), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage("setting api.uri is unknown: did you mean api.url?");
  }

  @Test
  void ignoresVariablesOfOthersAndOfTheLauncher() {
    Map<String, String> environment =
        Map.of("PATH", "/bin", "DULY_HEAP", "1g", "DULY_JAVA_OPTS", "-ea", "DULY_SETTINGS", "x");

    Settings settings = SettingsLoader.load(null, environment, Map.of());

    assertThat(settings.text("installation")).isEqualTo("duly");
  }

  @Test
  void readsTheFileAsUtf8() throws Exception {
    Path file = file("orders.status.completed=Erledigt ✓\n");

    Settings settings = SettingsLoader.load(file, Map.of(), Map.of());

    assertThat(settings.text("orders.status.completed")).isEqualTo("Erledigt ✓");
  }

  @Test
  void namesAFileThatCannotBeRead() throws Exception {
    Path broken = Files.write(folder.resolve("broken"), new byte[] {(byte) 0xC3, (byte) 0x28});

    for (Path file : new Path[] {folder.resolve("absent"), broken, file("a=\\u00zz")}) {
      assertThatThrownBy(() -> SettingsLoader.load(file, Map.of(), Map.of()))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("cannot be read");
    }
  }

  private Path file(String content) throws Exception {
    return Files.writeString(folder.resolve("settings"), content, StandardCharsets.UTF_8);
  }
}
