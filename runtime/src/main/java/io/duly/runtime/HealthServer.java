package io.duly.runtime;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Serves {@code GET /livez} and {@code /readyz}, 200 or 503, and {@code /metrics}. Thread-safe. */
public final class HealthServer implements AutoCloseable {
  private final HttpServer server;

  private HealthServer(HttpServer server) {
    this.server = server;
  }

  /** Starts it on {@code port}; throws UserError where the port is taken. */
  public static HealthServer start(
      int port, BooleanSupplier alive, BooleanSupplier ready, Supplier<String> metrics) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
      answer(server, "/livez", alive);
      answer(server, "/readyz", ready);
      server.createContext(
          "/metrics", exchange -> send(exchange, 200, "text/plain; version=0.0.4", metrics.get()));
      server.start();
      return new HealthServer(server);
    } catch (IOException e) {
      throw new UserError(
          "health.port " + port + " cannot be opened (" + e.getMessage() + "): choose another or 0",
          e);
    }
  }

  private static void answer(HttpServer server, String path, BooleanSupplier isWell) {
    server.createContext(
        path,
        exchange -> {
          boolean well = isWell.getAsBoolean();
          send(exchange, well ? 200 : 503, "text/plain", well ? "ok\n" : "not ok\n");
        });
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
