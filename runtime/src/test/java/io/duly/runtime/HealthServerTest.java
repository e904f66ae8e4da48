package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
  private final AtomicBoolean alive = new AtomicBoolean(true);
  private final AtomicBoolean ready = new AtomicBoolean();
  private final HealthServer server =
      HealthServer.start(0, alive::get, ready::get, () -> "a_metric 1\n");

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void answersEachQuestionByItself() throws Exception {
    HttpResponse<String> livez = get("/livez");
    HttpResponse<String> readyz = get("/readyz");

    assertThat(livez.statusCode()).isEqualTo(200);
    assertThat(livez.body()).isEqualTo("ok\n");
    assertThat(readyz.statusCode()).isEqualTo(503);
    assertThat(readyz.body()).isEqualTo("not ok\n");
  }

  @Test
  void showsTheMetrics() throws Exception {
    assertThat(get("/metrics").body()).isEqualTo("a_metric 1\n");
  }

  @Test
  void asksAnewEachTime() throws Exception {
    alive.set(false);
    ready.set(true);

    assertThat(get("/livez").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void servesNothingElse() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void saysThatItsPortIsTaken() {
    assertThatThrownBy(
            () -> HealthServer.start(server.port(), alive::get, ready::get, () -> "a_metric 1\n"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("health.port " + server.port() + " cannot be opened (");
  }

  @Test
  @SuppressWarnings("try") // Only opened to see that the port is free again.
  void freesItsPortWhenItCloses() {
    int port = server.port();

    server.close();

    try (HealthServer next =
        HealthServer.start(port, alive::get, ready::get, () -> "a_metric 1\n")) {
      assertThat(next.port()).isEqualTo(port);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
