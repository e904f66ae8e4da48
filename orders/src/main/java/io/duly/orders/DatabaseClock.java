package io.duly.orders;

import java.time.Instant;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;

/** The clock by which the tables tell when something happened. Thread-safe. */
public final class DatabaseClock implements InstantSource {
  private static final String NOW = "SELECT clock_timestamp()";

  private final Jdbi jdbi;

  public DatabaseClock(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public Instant instant() {
    return jdbi.withHandle(handle -> handle.createQuery(NOW).mapTo(Instant.class).one());
  }
}
