package io.duly.reconciler;

import io.duly.orders.Notifications;
import io.duly.orders.Notifications.Notification;
import io.duly.runtime.Backoff;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits to be told, one at a time, and tries again what was not taken. Nothing waits for
 * it. Where there is no receiver, nothing is kept for a later one. One thread.
 */
final class Notifier {
  private static final Logger log = LoggerFactory.getLogger(Notifier.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(15));

  private final Notifications notifications;
  private final @Nullable Webhook webhook;
  private final Duration lease;
  private final Duration giveUp;

  Notifier(Notifications notifications, Settings settings) {
    this.notifications = notifications;
    this.webhook =
        settings.text("verdict.webhook.url").isBlank()
            ? null
            : new Webhook(settings, InstantSource.system());
    this.lease = settings.duration("verdict.webhook.timeout").multipliedBy(3);
    this.giveUp = settings.duration("verdict.webhook.give-up");
  }

  /** Sends one; returns how many it dealt with. */
  int once() throws InterruptedException {
    Webhook receiver = webhook;
    if (receiver == null) {
      return notifications.drop();
    }
    Optional<Notification> next = notifications.take(lease);
    if (next.isEmpty()) {
      return 0;
    }
    Notification each = next.get();
    Optional<String> error = receiver.post(each);
    if (error.isEmpty()) {
      notifications.delivered(each.id());
      log.info("Receiver was told event={} id={}", each.event(), each.id());
    } else {
      Duration wait = BACKOFF.after(each.tries(), ThreadLocalRandom.current());
      notifications.failed(each.id(), error.get(), wait, giveUp);
      log.warn(
          "Receiver was not told, it is tried again event={} id={} tries={} wait={} reason={}",
          each.event(),
          each.id(),
          each.tries(),
          wait,
          error.get());
    }
    return 1;
  }
}
