package io.duly.cli.doctor;

/**
 * What an examination has found.
 *
 * @param advice what to do; empty where nothing is to be done
 */
public record Finding(Level level, String says, String advice) {
  /** How bad it is. */
  public enum Level {
    OK,
    /** Duly works, and something can be better. */
    WARNING,
    /** Duly does not work, or not as it promises. */
    PROBLEM
  }

  static Finding ok(String says) {
    return new Finding(Level.OK, says, "");
  }

  static Finding warning(String says, String advice) {
    return new Finding(Level.WARNING, says, advice);
  }

  static Finding problem(String says, String advice) {
    return new Finding(Level.PROBLEM, says, advice);
  }
}
