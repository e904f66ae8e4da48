package io.duly.api;

import io.duly.runtime.Settings;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Shows requests without sending them: opens no connection and asks for no token. Thread-safe. */
public final class RequestPreviews {
  private static final Pattern SECRET =
      Pattern.compile(
          "authorization|cookie|token|secret|password|api-?key", Pattern.CASE_INSENSITIVE);

  private final OrderRequests requests;

  /** Throws UserError where the settings of the API make no request. */
  public RequestPreviews(Settings settings, String caller) {
    this.requests = new OrderRequests(OrderApis.checked(settings).require("api.url"), caller);
  }

  /** The request for an order; throws UserError where the template asks for what it has not. */
  public RequestPreview of(ApiRequest request) {
    OrderValues values = new OrderValues(request.orderId(), request.key(), request.body());
    RequestOptions options = requests.options(values, request.key(), request.traceparent());
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options
        .getHeaders()
        .forEach(
            (name, value) ->
                headers.put(name, SECRET.matcher(name).find() ? Redaction.MASK : value));
    return new RequestPreview(
        String.valueOf(options.getMethod()),
        requests.url(values),
        headers,
        requests.body(values).toString());
  }
}
