package io.duly.runtime;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The trace of an order, from its publication over the call to its result, told by the header
 * {@value #HEADER} of W3C Trace Context. Spans are made by the OpenTelemetry that the process runs
 * with; without one the ids are made here, unsampled, so that API and topics tell the same trace
 * all the same. Thread-safe.
 */
public final class Traces {
  /** Name of the header; its value is {@code 00-trace-span-flags}. */
  public static final String HEADER = "traceparent";

  private static final int LENGTH = 55;
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  private static final AttributeKey<String> ORDER = AttributeKey.stringKey("duly.order.id");
  private static final AttributeKey<Long> RUN = AttributeKey.longKey("duly.run.id");
  private static final AttributeKey<String> ANSWER = AttributeKey.stringKey("duly.answer");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private static final TextMapGetter<String> GETTER =
      new TextMapGetter<>() {
        @Override
        public List<String> keys(String carrier) {
          return List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
          return key.equals(HEADER) ? carrier : null;
        }
      };

  private final Tracer tracer = GlobalOpenTelemetry.getTracer("io.duly");

  /** The header's value in a record; null where there is none, or what is there is none. */
  public static @Nullable String read(Headers headers) {
    Header found = headers.lastHeader(HEADER);
    byte[] value = found == null ? null : found.value();
    if (value == null || value.length != LENGTH) {
      return null;
    }
    String text = new String(value, StandardCharsets.US_ASCII);
    return FORM.matcher(text).matches() ? text : null;
  }

  /** Has a record tell {@code trace}, unless it is null. */
  public static void write(@Nullable String trace, Headers headers) {
    if (trace != null) {
      var unused = headers.add(HEADER, trace.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Begins the trace of an order that is being published; returns the header's value. */
  public String publish(String orderId, long runId) {
    Span span =
        tracer
            .spanBuilder("publish")
            .setNoParent()
            .setSpanKind(SpanKind.PRODUCER)
            .setAttribute(ORDER, orderId)
            .setAttribute(RUN, runId)
            .startSpan();
    span.end();
    return header(span.getSpanContext().isValid() ? span : Span.wrap(own()));
  }

  private static SpanContext own() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return SpanContext.create(
        TraceId.fromLongs(random.nextLong(), random.nextLong() | 1),
        SpanId.fromLong(random.nextLong() | 1),
        TraceFlags.getDefault(),
        TraceState.getDefault());
  }

  private static String header(Span span) {
    Map<String, String> carrier = new HashMap<>();
    W3CTraceContextPropagator.getInstance()
        .inject(Context.root().with(span), carrier, (to, key, value) -> to.put(key, value));
    return Objects.requireNonNull(carrier.get(HEADER));
  }

  /**
   * Begins a call of an order whose record told {@code parent}; where it told no trace, the call is
   * none of one.
   */
  public Call call(@Nullable String parent, String orderId) {
    if (parent == null) {
      return Call.NONE;
    }
    Context context =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), parent, GETTER);
    if (!Span.fromContext(context).getSpanContext().isValid()) {
      return Call.NONE;
    }
    Span span =
        tracer
            .spanBuilder("call")
            .setParent(context)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(ORDER, orderId)
            .startSpan();
    return new Call(span, header(span));
  }

  /**
   * A call that is under way.
   *
   * @param span that it is
   * @param header what the request tells; null where there is no trace
   */
  public record Call(Span span, @Nullable String header) {
    private static final Call NONE = new Call(Span.getInvalid(), null);

    /**
     * Ends it.
     *
     * @param answer its kind
     * @param httpStatus null where there was none
     * @param isAnswered whether the API has said what became of the order
     */
    public void ended(String answer, @Nullable Integer httpStatus, boolean isAnswered) {
      span.setAttribute(ANSWER, answer);
      if (httpStatus != null) {
        span.setAttribute(STATUS, httpStatus.longValue());
      }
      if (!isAnswered) {
        span.setStatus(StatusCode.ERROR, answer);
      }
      span.end();
    }
  }
}
