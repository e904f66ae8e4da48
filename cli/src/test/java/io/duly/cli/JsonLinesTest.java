package io.duly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Log lines for programs. */
class JsonLinesTest {
  private static JsonNode line(@Nullable Throwable thrown, String message, Object... values)
      throws Exception {
    LoggingEvent event =
        new LoggingEvent(
            "test",
            new LoggerContext().getLogger("io.duly.Test"),
            Level.WARN,
            message,
            thrown,
            values);
    event.setThreadName("worker");
    return new ObjectMapper().readTree(new JsonLines().encode(event));
  }

  @Test
  void whatAMessageNamesIsAFieldOfItsOwn() throws Exception {
    JsonNode line = line(null, "Order waits orderId={} runId={} attempt={}", "4711", 17, 2);

    assertThat(line.path("orderId").asText()).isEqualTo("4711");
    assertThat(line.path("runId").asText()).isEqualTo("17");
    assertThat(line.path("attempt").asText()).isEqualTo("2");
    assertThat(line.path("message").asText())
        .isEqualTo("Order waits orderId=4711 runId=17 attempt=2");
    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("thread").asText()).isEqualTo("worker");
    assertThat(line.has("thrown")).isFalse();
  }

  @Test
  void noFieldOfAMessageTakesThePlaceOfOneOfTheLine() throws Exception {
    JsonNode line = line(new IllegalStateException("away"), "It says level={}", "none");

    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("thrown").asText()).contains("IllegalStateException: away");
  }
}
