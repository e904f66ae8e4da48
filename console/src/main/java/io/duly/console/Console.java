package io.duly.console;

import io.duly.operations.Installation;
import io.duly.runtime.Parts;
import io.duly.runtime.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Serves the operators' page and its HTTP API until closed. Thread-safe. */
public final class Console implements AutoCloseable {
  private static final int WORKERS = 4;
  private static final int SECONDS = 10;

  /** Above the keep-alive of the live events, and above what a plan takes. */
  private static final int IDLE_SECONDS = 120;

  private final Parts parts = new Parts();
  private final String url;
  private final int port;

  private Console(Installation installation, int port) {
    Access access = Access.of(installation.settings());
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(WORKERS));
    parts.add(() -> await(vertx.close()));
    try {
      Sampler sampler = parts.add(new Sampler(installation));
      Replays replays = parts.add(new Replays(installation));
      Site site =
          new Site(vertx, access, new Api(installation, sampler, replays).routes(), sampler);
      HttpServer server =
          await(
              vertx
                  .createHttpServer(options(access))
                  .requestHandler(site::serve)
                  .listen(port, access.host()));
      this.port = server.actualPort();
      this.url = url(access, server.actualPort());
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private static String url(Access access, int port) {
    if (access.publicName() != null) {
      return "https://" + access.publicName() + access.basePath();
    }
    String host = access.host().contains(":") ? "[" + access.host() + "]" : access.host();
    return (access.isTls() ? "https://" : "http://") + host + ":" + port + access.basePath();
  }

  private static HttpServerOptions options(Access access) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setCompressionSupported(true)
            .setMaxInitialLineLength(8192)
            .setIdleTimeout(IDLE_SECONDS);
    if (access.certificate() != null) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(access.certificate().chain().toString())
                  .setKeyPath(access.certificate().key().toString()));
    }
    return options;
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new UserError(
          "the page cannot be served ("
              + (e.getCause() == null ? e : e.getCause().getMessage())
              + "): see console.host, console.port and console.tls",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Serves {@code installation} on {@code port}; 0 takes a free one.
   *
   * @throws UserError where the page would be open to strangers, or the port is taken
   */
  public static Console start(Installation installation, int port) {
    return new Console(installation, port);
  }

  /** Where the page is, for a browser. */
  public String url() {
    return url;
  }

  /** What it listens on. */
  int port() {
    return port;
  }

  @Override
  public void close() {
    parts.close();
  }
}
