package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Database} says where it cannot connect; its sessions are tested with the orders. */
@Timeout(20)
class DatabaseTest {
  @TempDir Path folder;

  @Test
  void namesTheUrlOfAServerThatDoesNotAnswerButNoPassword() throws Exception {
    String server = "jdbc:postgresql://127.0.0.1:" + ClosedPort.find() + "/shop";
    Settings settings =
        Settings.of(
            Map.of(
                "database.url", server + "?password=hush1&connectTimeout=5",
                "database.user", "duly",
                "database.password", "hush2"));

    assertThatThrownBy(() -> Database.open(settings, "test"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("PostgreSQL is not reachable at " + server + " (")
        .hasMessageEndingWith("start it or mend database.url, database.user and the password")
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://duly:hush@db/shop",
        "jdbc:mysql://db/shop?password=hush",
        "db:5432/shop?password=hush",
        "jdbc:postgresql://db:port/shop?password=hush",
        "jdbc:postgresql://duly:hush@127.0.0.1:1/shop"
      })
  void refusesAWrongUrlWithoutShowingThePasswordInIt(String url) {
    Settings settings = Settings.of(Map.of("database.url", url));

    assertThatThrownBy(() -> Database.open(settings, "test"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("database.url")
        .hasMessageNotContaining("hush");
  }

  @Test
  void saysHowAUrlIsWritten() {
    Settings settings = Settings.of(Map.of("database.url", "postgres://db/shop"));

    assertThatThrownBy(() -> Database.open(settings, "test"))
        .hasMessage(
            "database.url is 'postgres://db/shop': write it as jdbc:postgresql://host:port/database");
  }

  @Test
  void asksForTheUrlWhereThereIsNone() {
    assertThatThrownBy(() -> Database.open(Settings.of(Map.of()), "test"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("DULY_DATABASE_URL");
  }

  @Test
  void prefersThePasswordFile() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "from-file\n");
    Settings settings =
        Settings.of(
            Map.of(
                "database.user", "duly",
                "database.password", "from-setting",
                "database.password-file", file.toString()));

    assertThat(Database.properties(settings))
        .containsEntry("user", "duly")
        .containsEntry("password", "from-file");
  }

  @Test
  void namesAPasswordFileThatCannotBeRead() {
    Path file = folder.resolve("absent");
    Settings settings = Settings.of(Map.of("database.password-file", file.toString()));

    assertThatThrownBy(() -> Database.properties(settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("database.password-file " + file);
  }

  @Test
  void leavesTheLoginToTheUrlWhereNoneIsSet() {
    assertThat(Database.properties(Settings.of(Map.of()))).isEmpty();
  }
}
