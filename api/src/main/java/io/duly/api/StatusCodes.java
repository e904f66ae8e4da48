package io.duly.api;

import java.util.BitSet;

/** A set of HTTP status codes, written as in {@code 200-204,208}. Immutable. */
final class StatusCodes {
  private final BitSet codes = new BitSet();

  StatusCodes(String text) {
    for (String part : text.replace(" ", "").split(",", -1)) {
      if (!part.isEmpty()) {
        String[] ends = part.split("-", -1);
        codes.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
      }
    }
  }

  boolean contains(int code) {
    return codes.get(code);
  }
}
