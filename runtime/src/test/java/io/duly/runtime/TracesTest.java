package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TracesTest {
  private static String trace(String header) {
    assertThat(header).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
    return header.split("-", -1)[1];
  }

  @Nested
  class WithoutOpenTelemetry {
    private Traces traces;

    @BeforeEach
    void begin() {
      GlobalOpenTelemetry.resetForTest();
      traces = new Traces();
    }

    @Test
    void anOrderHasATraceOfItsOwnThatNobodyHasSampled() {
      String one = traces.publish("1", 7);
      String two = traces.publish("2", 7);

      assertThat(trace(one)).isNotEqualTo(trace(two));
      assertThat(one).endsWith("-00");
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

  @Nested
  class WithOpenTelemetry {
    @RegisterExtension
    static final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

    private final Traces traces = new Traces();

    @Test
    void publicationAndCallAreSpansOfOneTrace() {
      String published = traces.publish("1", 7);
      Traces.Call call = traces.call(published, "1");
      call.ended("Ambiguous", 503, false);

      List<SpanData> spans = telemetry.getSpans();
      assertThat(spans).extracting(SpanData::getName).containsExactly("publish", "call");
      assertThat(spans.get(1).getParentSpanId()).isEqualTo(spans.get(0).getSpanId());
      assertThat(spans.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(spans.get(1).getAttributes().asMap().toString())
          .contains("duly.order.id=1", "http.response.status_code=503");
      assertThat(call.header())
          .isEqualTo(
              "00-" + trace(published) + "-" + spans.get(1).getSpanContext().getSpanId() + "-01");
    }
  }
}
