package io.duly.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The order API that Duly calls in a demo or a test, with books of its own: a ledger of every call,
 * effect and answer, written by nobody else. {@code POST /orders/process} takes a JSON object with
 * the order's {@code id}; {@code GET /orders/ID} (contract lookup), {@code /health} and {@code
 * /books} tell what it knows. What it knows is rebuilt from the ledger at the start.
 *
 * <p>All requests are handled by one event loop. Any thread may use this object.
 */
public final class SampleApi implements AutoCloseable {
  private final Vertx vertx;
  private final HttpServer server;
  private final Books books;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SampleApi(Vertx vertx, HttpServer server, Books books) {
    this.vertx = vertx;
    this.server = server;
    this.books = books;
  }

  /** Starts the API on 127.0.0.1; as {@link #start(SampleApiSettings, String)}. */
  public static SampleApi start(SampleApiSettings settings) {
    return start(settings, "127.0.0.1");
  }

  /**
   * Starts the API and returns when it accepts requests.
   *
   * @param host the address to listen on, 0.0.0.0 in a container
   * @throws IllegalStateException if the address is not to be had
   * @throws java.io.UncheckedIOException if the ledger cannot be read or written
   */
  public static SampleApi start(SampleApiSettings settings, String host) {
    Books books = Books.open(settings.contract(), settings.ledger(), InstantSource.system());
    Vertx vertx = Vertx.vertx(options());
    OrderDesk desk = new OrderDesk(vertx, settings, books);
    SampleRoutes routes = new SampleRoutes(settings.contract(), books, desk);
    try {
      HttpServer server =
          await(
              vertx
                  .createHttpServer(new HttpServerOptions().setAcceptBacklog(1024))
                  .requestHandler(routes::handle)
                  .listen(settings.port(), host));
      return new SampleApi(vertx, server, books);
    } catch (CompletionException e) {
      await(vertx.close());
      books.close();
      throw new IllegalStateException(
          "the sample API cannot listen on " + host + ":" + settings.port(), e.getCause());
    }
  }

  /** One event loop, so that what the API remembers needs no lock. */
  private static VertxOptions options() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  public int port() {
    return server.actualPort();
  }

  /** {@code http://127.0.0.1:PORT}, without a slash at the end. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /**
   * Drops all connections and orders in process, and completes the ledger. Does nothing the second
   * time.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      await(vertx.close());
      books.close();
    }
  }
}
