package io.duly.orders;

import io.duly.runtime.UserError;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Checks and quotes SQL identifiers that come from settings. */
final class Identifiers {
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{Nd}_]*");

  /** PostgreSQL cuts off what is longer. */
  private static final int BYTES = 63;

  private Identifiers() {}

  /**
   * {@code name} in double quotes; UserError naming {@code setting} where it is no plain
   * identifier.
   */
  static String quote(String setting, String name) {
    if (!NAME.matcher(name).matches() || name.getBytes(StandardCharsets.UTF_8).length > BYTES) {
      throw new UserError(
          setting
              + " is '"
              + name
              + "': a name of letters, digits and underscores is wanted, of at most 63 bytes");
    }
    return '"' + name + '"';
  }
}
