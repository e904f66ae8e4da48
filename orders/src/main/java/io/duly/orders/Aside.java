package io.duly.orders;

import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/**
 * The request that all workers leave their consumer group for a while, so that its offsets can be
 * moved: Kafka lets nobody move those of a group with members. It ends by itself where the one who
 * asks is gone. Thread-safe.
 */
public final class Aside {
  private static final String ASK =
      "UPDATE duly.permit SET aside_until = clock_timestamp() + make_interval(secs => :seconds) WHERE name = 'api'";
  private static final String END = "UPDATE duly.permit SET aside_until = NULL WHERE name = 'api'";
  private static final String IS_ASKED =
      "SELECT coalesce(aside_until > clock_timestamp(), false) FROM duly.permit WHERE name = 'api'";

  private final Jdbi jdbi;

  public Aside(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Asks the workers to stay out of their group for {@code time} from now. */
  public void ask(Duration time) {
    jdbi.useHandle(
        handle -> handle.createUpdate(ASK).bind("seconds", time.toMillis() / 1e3).execute());
  }

  /** Lets them join again. */
  public void end() {
    jdbi.useHandle(handle -> handle.execute(END));
  }

  /** Whether the workers are to stay out of their group. */
  public boolean isAsked() {
    return jdbi.withHandle(handle -> handle.createQuery(IS_ASKED).mapTo(Boolean.class).one());
  }
}
