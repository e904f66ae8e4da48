package io.duly.orders;

import io.duly.runtime.UserError;
import java.util.regex.Pattern;

/** Checks and quotes SQL identifiers that come from settings. */
final class Identifiers {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  private Identifiers() {}

  /**
   * {@code name} in double quotes; UserError naming {@code setting} where it is no plain
   * identifier.
   */
  static String quote(String setting, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new UserError(
          setting
              + " is '"
              + name
              + "': a name of letters, digits and underscores is wanted, at most 63");
    }
    return '"' + name + '"';
  }
}
