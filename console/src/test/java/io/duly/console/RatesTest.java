package io.duly.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RatesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Offset<Double> CLOSE = within(0.01);

  private final Rates rates = new Rates();

  /** Runs given as an id and a number of results each. */
  private static ArrayNode runs(long... given) {
    ArrayNode runs = JSON.createArrayNode();
    for (int i = 0; i < given.length; i += 2) {
      runs.addObject().put("id", given[i]).put("completed", given[i + 1]);
    }
    return runs;
  }

  private double at(int seconds, JsonNode runs) {
    return rates.add(runs, TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void eachRunHasItsOwnRateAndTheSumIsOfTheLastLook() {
    ArrayNode last = runs(1, 1_300, 2, 30);

    assertThat(at(0, runs(1, 1_000, 2, 0))).isZero();
    assertThat(at(1, runs(1, 1_200, 2, 10))).isEqualTo(210, CLOSE);
    assertThat(at(2, last)).isEqualTo(120, CLOSE);
    assertThat(last.path(0).path("rate").asDouble()).isEqualTo(150, CLOSE);
    assertThat(last.path(1).path("rate").asDouble()).isEqualTo(15, CLOSE);
  }

  @Test
  void aRunThatComesOrGoesIsNoBurst() {
    assertThat(at(0, runs(1, 1_000_000))).isZero();
    assertThat(at(1, runs(2, 500))).isZero();
    assertThat(at(2, runs(1, 1_000_000, 2, 600))).isEqualTo(100, CLOSE);
  }

  @Test
  void whatIsLongAgoCountsNoMore() {
    ArrayNode last = runs(1, 10_100);

    at(0, runs(1, 0));
    at(100, runs(1, 10_000));
    at(105, runs(1, 10_050));
    at(110, last);

    assertThat(last.path(0).path("rate").asDouble()).isEqualTo(10, CLOSE);
  }
}
