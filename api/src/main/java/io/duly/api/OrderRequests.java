package io.duly.api;

import io.duly.runtime.Settings;
import io.duly.runtime.Traces;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The requests that have orders executed, but for the credentials. Immutable. */
final class OrderRequests {
  private final RequestTemplate template;
  private final String keyHeader;
  private final String userAgent;

  /** Throws UserError where the settings make no request; {@code caller} is sent as User-Agent. */
  OrderRequests(Settings settings, String caller) {
    this.template = RequestTemplate.order(settings);
    this.keyHeader = settings.text("api.key-header");
    this.userAgent = caller;
    HeaderTemplates.checkName("api.key-header", keyHeader);
  }

  /**
   * Method, URL and headers, of these {@code traceparent} unless it is null; throws UserError where
   * the order has no such value.
   */
  RequestOptions options(OrderValues values, UUID key, @Nullable String traceparent) {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .set("User-Agent", userAgent)
            .set("Content-Type", "application/json")
            .set(keyHeader, key.toString());
    if (traceparent != null) {
      headers.set(Traces.HEADER, traceparent);
    }
    return template.options(values, headers);
  }

  /** The URL; throws as {@link #options}. */
  String url(OrderValues values) {
    return template.url(values);
  }

  /** The body; throws as {@link #options}. */
  Buffer body(OrderValues values) {
    return template.body(values, values.body());
  }
}
