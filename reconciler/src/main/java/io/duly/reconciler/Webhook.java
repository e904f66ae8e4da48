package io.duly.reconciler;

import io.duly.orders.Notifications.Notification;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts notifications to {@code verdict.webhook.url}. Each bears its id in the header
 * Duly-Event-Id, so that a receiver can drop what comes twice, and where there is a secret the
 * header Duly-Signature: {@code t=SECONDS,v1=HEX}, the HMAC-SHA256 of the seconds, a dot and the
 * body. The files are read for each post. Thread-safe.
 */
final class Webhook {
  private final URI url;
  private final Settings settings;
  private final Duration timeout;
  private final InstantSource time;
  private final HttpClient client;

  Webhook(Settings settings, InstantSource time) {
    this.url = URI.create(settings.text("verdict.webhook.url"));
    this.settings = settings;
    this.timeout = settings.duration("verdict.webhook.timeout");
    this.time = time;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    var unused = request(new Notification(new java.util.UUID(0, 0), "check", "{}", 1));
  }

  /**
   * Why it was not taken; empty where it was. Returns within the time-out: the status alone counts,
   * and a body that does not end in time is cut off.
   */
  Optional<String> post(Notification notification) throws InterruptedException {
    AtomicInteger status = new AtomicInteger();
    try {
      send(request(notification), status);
    } catch (TimeoutException e) {
      if (status.get() == 0) {
        return Optional.of("no answer within " + timeout.toMillis() + " ms");
      }
    } catch (ExecutionException e) {
      if (status.get() == 0) {
        return Optional.of(String.valueOf(e.getCause()));
      }
    } catch (UserError | IllegalArgumentException e) {
      return Optional.of(e.toString());
    }
    return status.get() / 100 == 2 ? Optional.empty() : Optional.of("HTTP status " + status);
  }

  /** Java's own time-out of a request ends with the headers, so that a body could hold it up. */
  private void send(HttpRequest request, AtomicInteger status)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(
            request,
            head -> {
              status.set(head.statusCode());
              return BodySubscribers.discarding();
            });
    try {
      var unused = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      answer.cancel(true);
    }
  }

  private HttpRequest request(Notification notification) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .header("Duly-Event", notification.event())
            .header("Duly-Event-Id", notification.id().toString())
            .POST(HttpRequest.BodyPublishers.ofString(notification.body()));
    secret("verdict.webhook.authorization-file")
        .ifPresent(value -> request.header("Authorization", value));
    secret("verdict.webhook.secret-file")
        .ifPresent(value -> request.header("Duly-Signature", signature(value, notification)));
    return request.build();
  }

  private String signature(String secret, Notification notification) {
    long seconds = time.instant().getEpochSecond();
    return "t=" + seconds + ",v1=" + hmac(secret, seconds + "." + notification.body());
  }

  static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each Java has HmacSHA256", e);
    }
  }

  private Optional<String> secret(String setting) {
    String file = settings.text(setting);
    if (file.isBlank()) {
      return Optional.empty();
    }
    try {
      String content = Files.readString(Path.of(file)).strip();
      if (content.isEmpty()) {
        throw new UserError("setting " + setting + ": the file " + file + " is empty");
      }
      return Optional.of(content);
    } catch (IOException | InvalidPathException e) {
      throw new UserError("setting " + setting + ": the file " + file + " cannot be read", e);
    }
  }
}
