package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SpansTest {
  @RegisterExtension
  static final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

  @Test
  void publicationAndCallAreSpansOfOneTrace() {
    Traces traces = new Traces();

    String published = traces.publish("1", 7);
    Traces.Call call = traces.call(published, "1");
    call.ended("Ambiguous", 503, false);

    List<SpanData> spans = telemetry.getSpans();
    assertThat(spans).extracting(SpanData::getName).containsExactly("publish", "call");
    SpanData publish = spans.get(0);
    SpanData called = spans.get(1);
    assertThat(publish.getSpanContext().isSampled()).isTrue();
    assertThat(published).isEqualTo(header(publish));
    assertThat(called.getParentSpanId()).isEqualTo(publish.getSpanId());
    assertThat(called.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(called.getAttributes().asMap().toString())
        .contains("duly.order.id=1", "http.response.status_code=503");
    assertThat(called.getTraceId()).isEqualTo(publish.getTraceId());
    assertThat(call.header()).isEqualTo(header(called));
  }

  private static String header(SpanData span) {
    String flags = span.getSpanContext().getTraceFlags().asHex();
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + flags;
  }
}
