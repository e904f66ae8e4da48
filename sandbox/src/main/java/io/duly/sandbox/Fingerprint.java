package io.duly.sandbox;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells one request's bytes from another's. Only one thread may use it. */
final class Fingerprint {
  private final MessageDigest digest;

  Fingerprint() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** The first 64 bits of the bytes' SHA-256, as 16 hexadecimal digits. */
  String of(byte[] bytes) {
    return HexFormat.of().toHexDigits(ByteBuffer.wrap(digest.digest(bytes)).getLong());
  }
}
