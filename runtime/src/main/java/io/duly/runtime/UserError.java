package io.duly.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Something outside Duly is not as it must be and a person can mend it. The message is one line:
 * what is wrong, what was found, what to do. Commands print it without a stack trace and exit with
 * 1.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UserError(String message) {
    this(message, null);
  }

  public UserError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
