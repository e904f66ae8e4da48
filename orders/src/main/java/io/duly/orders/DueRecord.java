package io.duly.orders;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic of due orders: the key is the order id, the value the run id, both as text.
 *
 * @param orderId the order
 * @param runId the run that published it
 */
public record DueRecord(String orderId, long runId) {
  private static final long NO_RUN = 999_999_999_999_999_999L;

  /** A record that claims nothing, because there is no such run: it only passes. */
  public static DueRecord ofNoRun(String orderId) {
    return new DueRecord(orderId, NO_RUN);
  }

  public byte[] key() {
    return orderId.getBytes(StandardCharsets.UTF_8);
  }

  public byte[] value() {
    return Long.toString(runId).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a record; empty where it is none: no key, an id that is not of {@code idType}, no run
   * number.
   */
  public static Optional<DueRecord> parse(
      byte @Nullable [] key, byte @Nullable [] value, IdType idType) {
    if (key == null || value == null || value.length > 19) {
      return Optional.empty();
    }
    String id = new String(key, StandardCharsets.UTF_8);
    String run = new String(value, StandardCharsets.US_ASCII);
    if (!idType.isValid(id) || !run.matches("[1-9]\\d{0,17}")) {
      return Optional.empty();
    }
    return Optional.of(new DueRecord(id, Long.parseLong(run)));
  }
}
