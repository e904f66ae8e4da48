package io.duly.api;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request with places for an order's values: in the URL percent-encoded, in headers without
 * control characters, in the body as JSON. Immutable.
 */
final class RequestTemplate {
  /** What every request may name. */
  private static final List<String> ALWAYS = List.of("id", "key");

  private final HttpMethod method;
  private final Template url;
  private final HeaderTemplates headers;
  private final @Nullable BodyTemplate body;

  private RequestTemplate(
      HttpMethod method, String url, HeaderTemplates headers, @Nullable BodyTemplate body) {
    this.method = method;
    this.url = new Template(url);
    this.headers = headers;
    this.body = body;
  }

  /** The request that has an order executed; throws UserError where it names an unknown column. */
  static RequestTemplate order(Settings settings) {
    RequestTemplate template =
        new RequestTemplate(
            HttpMethod.valueOf(settings.text("api.method")),
            settings.text("api.url"),
            new HeaderTemplates(settings),
            body(settings, "api.body"));
    Set<String> columns = new TreeSet<>(settings.list("orders.body-columns"));
    if (!columns.isEmpty()) {
      columns.addAll(ALWAYS);
      template.check(columns, "orders.body-columns has no such column");
    }
    return template;
  }

  /** The request that asks what became of an order; throws UserError as {@link #order}. */
  static RequestTemplate lookup(Settings settings) {
    RequestTemplate template =
        new RequestTemplate(
            HttpMethod.valueOf(settings.text("api.lookup-method")),
            settings.text("api.lookup-url"),
            new HeaderTemplates(settings).needingOnly(ALWAYS),
            body(settings, "api.lookup-body"));
    template.check(ALWAYS, "a lookup knows {id} and {key} only");
    return template;
  }

  /** The request that asks for several orders: its URL and headers name none of them. */
  static RequestTemplate lookups(Settings settings) {
    RequestTemplate template =
        new RequestTemplate(
            HttpMethod.POST,
            settings.text("api.lookup-batch-url"),
            new HeaderTemplates(settings).needingOnly(List.of()),
            null);
    template.check(List.of(), "a lookup for several orders names them in its body only");
    return template;
  }

  private static @Nullable BodyTemplate body(Settings settings, String key) {
    String text = settings.text(key);
    return text.isBlank() ? null : new BodyTemplate(key, text);
  }

  private void check(Collection<String> known, String reason) {
    Set<String> names = new TreeSet<>(url.names());
    names.addAll(headers.names());
    if (body != null) {
      names.addAll(body.names());
    }
    names.removeAll(known);
    if (!names.isEmpty()) {
      throw new UserError(
          "the template of the API's request names {"
              + String.join("}, {", names)
              + "}: "
              + reason);
    }
  }

  /** The absolute URL for an order. */
  String url(OrderValues values) {
    return url.filled(values, RequestTemplate::percentEncoded);
  }

  /** Method, URL and headers for an order; the template's own headers come last and win. */
  RequestOptions options(OrderValues values, MultiMap defaults) {
    RequestOptions options = new RequestOptions().setMethod(method).setAbsoluteURI(url(values));
    MultiMap all = MultiMap.caseInsensitiveMultiMap().setAll(defaults);
    headers.fill(all, values);
    return options.setHeaders(all);
  }

  /** The body for an order: its template, or {@code otherwise}. */
  Buffer body(OrderValues values, String otherwise) {
    return Buffer.buffer(body == null ? otherwise : body.filled(values));
  }

  private static String percentEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
