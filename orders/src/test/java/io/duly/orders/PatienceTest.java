package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Database;
import io.duly.runtime.Patience;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long statements may take; the connection's own limit is a second here. */
@ExtendWith(ShopExtension.class)
@Timeout(60)
class PatienceTest {
  private static final String LONG = "SELECT 1 FROM pg_sleep(2)";

  @Test
  void aStatementThatIsGivenTimeMayTakeLongerAndTheNextOneMayNot(Server server) {
    String url = server.url() + (server.url().contains("?") ? "&" : "?") + "socketTimeout=1";
    Settings settings =
        Settings.of(
            Map.of("database.url", url, "database.pool-size", "2", "api.contract", "neither"));
    try (Database database = Database.open(settings, "patience-test")) {
      assertThatCode(
              () ->
                  database
                      .jdbi()
                      .useHandle(
                          handle -> Patience.of(handle, Duration.ofSeconds(30)).execute(LONG)))
          .doesNotThrowAnyException();

      assertThatThrownBy(() -> database.jdbi().useHandle(handle -> handle.execute(LONG)))
          .isInstanceOf(JdbiException.class);
    }
  }
}
