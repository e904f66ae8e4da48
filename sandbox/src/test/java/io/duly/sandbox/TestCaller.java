package io.duly.sandbox;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** Calls the sample API as worker {@code w1}. */
final class TestCaller {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;

  TestCaller(SampleApi api) {
    this.url = api.url();
  }

  HttpResponse<String> process(String key, String body) throws Exception {
    return send(key, body).get();
  }

  CompletableFuture<HttpResponse<String>> send(String key, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve("/orders/process"))
            .header("User-Agent", "w1")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    }
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(url.resolve(path)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
