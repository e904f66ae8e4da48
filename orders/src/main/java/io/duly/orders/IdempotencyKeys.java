package io.duly.orders;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Makes the idempotency key of an order: a UUID version 5 (RFC 9562, section 5.5) over
 * installation, table, operation, order id and generation. The same for each attempt; only an
 * operator's decision moves the generation. Thread-safe.
 */
public final class IdempotencyKeys {
  private static final UUID NAMESPACE = UUID.fromString("5b0c7f3c-6a0e-5a5e-9d0d-2f6f1d7c9e11");

  private final String prefix;

  /** Keys for orders of {@code table} (quoted, schema-qualified) in {@code installation}. */
  public IdempotencyKeys(String installation, String table) {
    this.prefix = installation + '\n' + table + "\nprocess\n";
  }

  public UUID of(String orderId, int generation) {
    MessageDigest sha1 = sha1();
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(NAMESPACE.getMostSignificantBits())
            .putLong(NAMESPACE.getLeastSignificantBits())
            .array());
    ByteBuffer hash =
        ByteBuffer.wrap(
            sha1.digest((prefix + orderId + '\n' + generation).getBytes(StandardCharsets.UTF_8)));
    long high = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x5000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
