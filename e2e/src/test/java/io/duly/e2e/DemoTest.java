package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The whole pipeline as a user runs it, judged by its four witnesses. */
class DemoTest {
  private static JsonNode demo(String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of("demo", "--exit", "--json"));
    args.addAll(List.of(more));

    Command command = Command.run(args.toArray(String[]::new));

    assertThat(command.exitCode()).as(command.out() + command.notes()).isZero();
    assertThat(command.out().lines()).as("nothing but one object on standard output").hasSize(1);
    return new ObjectMapper().readTree(command.out());
  }

  private static void assertNothingIsLostOrDoubled(JsonNode figures, int orders) {
    assertThat(figures.path("verdict").asText()).isEqualTo("ok");
    assertThat(figures.path("orders").asInt()).isEqualTo(orders);
    assertThat(figures.path("confirmed").asInt()).isEqualTo(orders);
    for (String none : List.of("lost", "stuck", "orders_with_two_effects", "lag")) {
      assertThat(figures.path(none).asInt()).as(none).isZero();
    }
  }

  @Test
  void everyOrderIsExecutedOnceAndConfirmedWithinTheCapOfTheApi() throws Exception {
    JsonNode figures = demo("--orders", "3000", "--latency", "5ms", "--rate", "300");

    assertNothingIsLostOrDoubled(figures, 3000);
    assertThat(figures.path("orders_per_second").asDouble()).isLessThan(310);
    assertThat(figures.path("effects").asInt()).isEqualTo(figures.path("completed").asInt());
    assertThat(figures.path("failed").asInt()).isPositive();
    assertThat(figures.path("result_events").asInt()).isEqualTo(3000);
  }

  @Test
  @EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
  void aKilledWorkerCostsNoEffectUnderAnIdempotentApi() throws Exception {
    JsonNode figures = demo("--orders", "3000", "--latency", "40ms", "--chaos");

    assertNothingIsLostOrDoubled(figures, 3000);
    assertThat(figures.path("in_flight_at_kill").asInt()).isPositive();
    assertThat(figures.path("effects").asInt()).isEqualTo(figures.path("completed").asInt());
  }

  @Test
  @EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
  void doubtsOfAKilledWorkerAreSettledByLookup() throws Exception {
    JsonNode figures = demo("--orders", "3000", "--latency", "40ms", "--chaos", "--api", "lookup");

    assertNothingIsLostOrDoubled(figures, 3000);
    assertThat(figures.path("in_flight_at_kill").asInt()).isPositive();
    assertThat(figures.path("in_doubt").asInt()).isZero();
  }

  @Test
  void anApiThatHonoursNothingIsNeverCalledTwice() throws Exception {
    JsonNode figures = demo("--orders", "3000", "--latency", "40ms", "--chaos", "--api", "neither");

    assertNothingIsLostOrDoubled(figures, 3000);
    assertThat(figures.path("in_doubt").asInt())
        .isGreaterThanOrEqualTo(figures.path("in_flight_at_kill").asInt());
    assertThat(figures.path("effects").asInt())
        .isGreaterThanOrEqualTo(figures.path("completed").asInt());
  }
}
