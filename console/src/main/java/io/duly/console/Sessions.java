package io.duly.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has shown the token. A session is a cookie and a second secret that each changing request
 * carries in a header, which no other page can read or send. Thread-safe.
 */
final class Sessions {
  private static final Duration LIFE = Duration.ofHours(12);
  private static final int MOST = 1_000;
  private static final int BYTES = 32;

  /**
   * A session.
   *
   * @param csrf what changing requests carry
   */
  record Session(String id, String csrf, long endNanos) {
    boolean isOver() {
      return System.nanoTime() - endNanos > 0;
    }
  }

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final @Nullable String token;

  /** The one session of a page without a token. */
  private final Session open = fresh();

  Sessions(@Nullable String token) {
    this.token = token;
  }

  /** A new session for one who knows the token. */
  Optional<Session> login(String given) {
    if (!isToken(given)) {
      return Optional.empty();
    }
    sessions.values().removeIf(Session::isOver);
    if (sessions.size() >= MOST) {
      sessions.clear();
    }
    Session session = fresh();
    sessions.put(session.id(), session);
    return Optional.of(session);
  }

  /** Compares in the same time, however much agrees. */
  boolean isToken(String given) {
    return token != null
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  /** The session of a request with this cookie; without a token everybody has the same. */
  Optional<Session> find(@Nullable String cookie) {
    if (token == null) {
      return Optional.of(open);
    }
    return Optional.ofNullable(cookie).map(sessions::get).filter(each -> !each.isOver());
  }

  void logout(String id) {
    sessions.remove(id);
  }

  private Session fresh() {
    return new Session(secret(), secret(), System.nanoTime() + LIFE.toNanos());
  }

  private String secret() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
