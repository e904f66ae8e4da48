package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Notifications.Notification;
import io.duly.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Receivers that do not answer as they should: none of them holds up the loop that tells. */
@Timeout(20)
class WebhookTest {
  private static final String TAKEN = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
  private static final String BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 1000000\r\n\r\n";

  @TempDir Path folder;

  @Test
  void aBodyThatStallsIsCutOffAndTheStatusCounts() throws Exception {
    try (HalfReceiver receiver = HalfReceiver.stalling(TAKEN)) {
      assertThat(post(Map.of("verdict.webhook.url", receiver.url()))).isEmpty();

      assertThat(receiver.wasLeft()).isTrue();
    }
  }

  @Test
  void aBodyThatDripsIsCutOffAndTheStatusCounts() throws Exception {
    try (HalfReceiver receiver = HalfReceiver.dripping(BUSY)) {
      assertThat(post(Map.of("verdict.webhook.url", receiver.url()))).contains("HTTP status 503");

      assertThat(receiver.wasLeft()).isTrue();
    }
  }

  @Test
  void aReceiverThatSaysNothingHasNotTakenIt() throws Exception {
    try (HalfReceiver receiver = HalfReceiver.stalling("")) {
      assertThat(post(Map.of("verdict.webhook.url", receiver.url())))
          .contains("no answer within 300 ms");

      assertThat(receiver.wasLeft()).isTrue();
    }
  }

  @Test
  void headersThatNeverEndAreNoAnswer() throws Exception {
    try (HalfReceiver receiver = HalfReceiver.dripping("HTTP/1.1 200 OK\r\nX: ")) {
      assertThat(post(Map.of("verdict.webhook.url", receiver.url())))
          .contains("no answer within 300 ms");
    }
  }

  /** Such a file is a mistake that a person mends, and the post is then told as any other. */
  @Test
  void anAuthorizationThatNoHeaderCanBearIsAReasonNotToHaveTold() throws Exception {
    try (HalfReceiver receiver = HalfReceiver.stalling(TAKEN)) {
      Path file = Files.writeString(folder.resolve("authorization"), "Bearer abc");
      Settings settings =
          settings(
              Map.of(
                  "verdict.webhook.url",
                  receiver.url(),
                  "verdict.webhook.authorization-file",
                  file.toString()));
      Webhook webhook = new Webhook(settings, InstantSource.system());
      Files.writeString(file, "Bearer abc\nBearer def");

      assertThat(webhook.post(notification()).orElseThrow()).contains("IllegalArgumentException");
    }
  }

  private static Optional<String> post(Map<String, String> given) throws Exception {
    return new Webhook(settings(given), InstantSource.system()).post(notification());
  }

  private static Settings settings(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put("verdict.webhook.timeout", "300ms");
    return Settings.of(all);
  }

  private static Notification notification() {
    return new Notification(UUID.randomUUID(), "run-closed", "{}", 1);
  }
}
