package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void takesTheDefaultsWhereNothingIsGiven() {
    Settings settings = Settings.of(Map.of());

    assertThat(settings.text("installation")).isEqualTo("duly");
    assertThat(settings.number("api.concurrency")).isEqualTo(64);
    assertThat(settings.duration("api.timeout")).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.isTrue("reconciler.retry-not-executed")).isFalse();
    assertThat(settings.secret("database.password")).isEmpty();
    assertThat(settings.text("orders.status.in-doubt")).isEqualTo("IN_DOUBT");
    assertThat(settings.text("api.contract")).isEmpty();
    assertThat(settings.kafka()).isEmpty();
  }

  @Test
  void reportsAllMistakesTogether() {
    Map<String, String> given =
        Map.of(
            "api.timeout", "soon",
            "api.concurrency", "0",
            "api.contract", "maybe",
            "api.urk", "http://api",
            "api.success-status", "2xx",
            "api.lookup-url", "ftp://api",
            "database.pool-size", "many",
            "reconciler.retry-not-executed", "perhaps",
            "kafka.acks", "0");

    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Settings.of(given))
        .satisfies(
            error ->
                assertThat(error.getMessage().lines())
                    .hasSize(given.size())
                    .isSorted()
                    .anyMatch(line -> line.contains("api.timeout") && line.contains("'soon'"))
                    .anyMatch(line -> line.contains("api.concurrency") && line.contains("0"))
                    .anyMatch(line -> line.contains("api.contract") && line.contains("maybe"))
                    .anyMatch(line -> line.contains("api.success-status") && line.contains("2xx"))
                    .anyMatch(line -> line.contains("api.lookup-url") && line.contains("http"))
                    .anyMatch(line -> line.contains("database.pool-size") && line.contains("many"))
                    .anyMatch(line -> line.contains("reconciler.retry-not-executed"))
                    .contains("setting api.urk is unknown: did you mean api.url?")
                    .anyMatch(line -> line.startsWith("setting kafka.acks is Duly's own")));
  }

  @Test
  void suggestsNothingForAKeyThatIsLikeNone() {
    assertThatThrownBy(() -> Settings.of(Map.of("colour", "red")))
        .isInstanceOf(UserError.class)
        .hasMessage("setting colour is unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "group.id",
        "enable.auto.commit",
        "isolation.level",
        "auto.offset.reset",
        "transactional.id",
        "acks",
        "enable.idempotence",
        "transaction.timeout.ms",
        "key.serializer",
        "value.deserializer"
      })
  void refusesKafkaPropertiesThatThePromisesRestOn(String property) {
    assertThatThrownBy(() -> Settings.of(Map.of("kafka." + property, "x")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("kafka." + property)
        .hasMessageContaining("Duly's own");
  }

  @Test
  void passesOtherKafkaPropertiesOnAsTheyAre() {
    Settings settings =
        Settings.of(Map.of("kafka.bootstrap.servers", "k:1", "kafka.security.protocol", "SSL"));

    assertThat(settings.kafka())
        .containsExactly(
            Map.entry("bootstrap.servers", "k:1"), Map.entry("security.protocol", "SSL"));
    assertThat(settings.text("kafka.bootstrap.servers")).isEqualTo("k:1");
  }

  @Test
  void cannotBeChanged() {
    Map<String, String> kafka = Settings.of(Map.of("kafka.linger.ms", "1")).kafka();

    assertThatThrownBy(() -> kafka.put("linger.ms", "2"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void namesEachMissingSettingAndItsVariable() {
    Settings settings = Settings.of(Map.of("api.url", "http://api", "database.url", " "));

    assertThatThrownBy(() -> settings.require("api.url", "api.contract", "database.url"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "setting api.contract has no value: give it in the settings file, as --set api.contract=… or as DULY_API_CONTRACT",
                "setting database.url has no value: give it in the settings file, as --set database.url=… or as DULY_DATABASE_URL"));
  }

  @Test
  void isContentWithWhatHasAValue() {
    Settings settings = Settings.of(Map.of("api.url", "http://api"));

    Settings same = settings.require("api.url", "installation", "api.timeout");

    assertThat(same).isSameAs(settings);
  }

  @Test
  void neverPrintsASecret() {
    Map<String, String> given = Map.of("database.password", "hush", "api.timeout", "soon");

    assertThatThrownBy(() -> Settings.of(given))
        .isInstanceOf(UserError.class)
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200", "200-299", "200-204,208", "200, 204"})
  void takesListsOfStatusCodes(String text) {
    Settings settings = Settings.of(Map.of("api.success-status", text));

    assertThat(settings.text("api.success-status")).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"20", "200-", "-200", "200,", "200;204", "200-204-208", "204-200"})
  void refusesWhatIsNoListOfStatusCodes(String text) {
    assertThatThrownBy(() -> Settings.of(Map.of("api.failure-status", text)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("api.failure-status")
        .hasMessageContaining("is no list of HTTP status codes");
  }

  @ParameterizedTest
  @CsvSource({
    "api.url, api:80",
    "api.url, /orders",
    "api.url, ://",
    "api.lookup-url, ftp://api/{id}"
  })
  void refusesWhatIsNoHttpUrl(String key, String text) {
    assertThatThrownBy(() -> Settings.of(Map.of(key, text)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(key);
  }

  @Test
  void documentsEachSetting() {
    assertThat(Catalogue.settings().configKeys().values())
        .allSatisfy(key -> assertThat(key.documentation).as(key.name).endsWith("."));
  }
}
