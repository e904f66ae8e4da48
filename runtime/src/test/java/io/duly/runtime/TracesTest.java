package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracesTest {
  private Traces traces;

  @BeforeEach
  void beginWithoutOpenTelemetry() {
    GlobalOpenTelemetry.resetForTest();
    traces = new Traces();
  }

  @Test
  void anOrderHasATraceOfItsOwnThatNobodyHasSampled() {
    String one = traces.publish("1", 7);
    String two = traces.publish("2", 7);

    assertThat(one).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00").isNotEqualTo(two);
    assertThat(one.split("-", -1)[1]).isNotEqualTo(two.split("-", -1)[1]);
  }

  @Test
  void theCallTellsTheTraceOfTheOrder() {
    String published = traces.publish("1", 7);

    Traces.Call call = traces.call(published, "1");
    call.ended("Executed", 200, true);

    assertThat(call.header()).isEqualTo(published);
  }

  @Test
  void aCallOfNoTraceTellsNone() {
    assertThat(traces.call(null, "1").header()).isNull();
    assertThat(traces.call("00-what-is-this", "1").header()).isNull();
  }
}
