package io.duly.sandbox;

import java.time.Instant;

/**
 * Instants as text with microseconds, cheaply: what repeats within a second is kept. Only one
 * thread may use it.
 */
final class InstantText {
  private long second = Long.MIN_VALUE;
  private String upToSecond = "";

  /** For example {@code 2026-11-23T01:02:03.000004Z}. */
  String of(Instant instant) {
    if (instant.getEpochSecond() != second) {
      second = instant.getEpochSecond();
      String text = Instant.ofEpochSecond(second).toString();
      upToSecond = text.substring(0, text.length() - 1) + ".";
    }
    String micros = Integer.toString(1_000_000 + instant.getNano() / 1_000);
    return upToSecond + micros.substring(1) + "Z";
  }
}
