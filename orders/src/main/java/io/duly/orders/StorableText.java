package io.duly.orders;

import java.util.regex.Pattern;

/**
 * Text of others as PostgreSQL and JSON take it. What neither can hold, a null character or half of
 * a surrogate pair, may come from any API in a JSON string; the batch that bore one would be
 * refused each time it is tried.
 */
final class StorableText {
  private static final Pattern NOT_STORABLE = Pattern.compile("[\\x00\\p{Cs}]");

  private StorableText() {}

  /** The text with the replacement character in place of each that cannot be stored. */
  static String of(String text) {
    return NOT_STORABLE.matcher(text).replaceAll("\uFFFD");
  }
}
