package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestPreviewsTest {
  private static final ApiRequest REQUEST =
      new ApiRequest("ä/7", UUID.randomUUID(), "{\"id\":\"ä/7\",\"total\":12.50}", () -> true);

  private final BlockingQueue<RequestPreview> received = new ArrayBlockingQueue<>(10);
  private HttpServer server;
  private Settings settings;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
          headers
              .keySet()
              .removeIf(
                  each -> each.equalsIgnoreCase("Host") || each.equalsIgnoreCase("Content-Length"));
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String url =
              "http://" + exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI();
          received.add(new RequestPreview(exchange.getRequestMethod(), url, headers, body));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    settings =
        Settings.of(
            Map.of(
                "api.contract", "idempotent",
                "api.url",
                    "http://127.0.0.1:"
                        + server.getAddress().getPort()
                        + "/orders/{id}?total={total}",
                "api.body", "{\"order\": \"{id}\", \"price\": \"{total}\"}",
                "api.header.X-Shop", "north {id}",
                "api.header.X-Api-Key", "s3cret"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aPreviewIsWhatIsSentAndSendsNothing() throws Exception {
    RequestPreview preview = new RequestPreviews(settings, "duly/test").of(REQUEST);

    assertThat(received).isEmpty();
    try (OrderApi api = OrderApis.open(settings, "duly/test")) {
      api.process(REQUEST).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
    RequestPreview sent = received.take();
    assertThat(sent.headers().put("X-Api-Key", "***")).isEqualTo("s3cret");
    assertThat(preview).isEqualTo(sent);
    assertThat(preview.url()).endsWith("/orders/%C3%A4%2F7?total=12.50");
  }

  @Test
  void anOrderWithoutAValueOfTheTemplateIsRefused() {
    ApiRequest bare = new ApiRequest("7", UUID.randomUUID(), "{\"id\":7}", () -> true);

    assertThatThrownBy(() -> new RequestPreviews(settings, "duly/test").of(bare))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("{total}");
  }
}
