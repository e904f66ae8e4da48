package io.duly.runtime;

import java.util.Collection;
import java.util.Comparator;

/** Finds the name that a mistyped one was meant to be. */
final class Nearest {
  private Nearest() {}

  /**
   * {@code ": did you mean X?"} for the nearest of {@code names}, or nothing where none is near.
   */
  static String suggestion(String given, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingInt(name -> distance(given, name)))
        .filter(name -> distance(given, name) <= Math.max(2, given.length() / 3))
        .map(name -> ": did you mean " + name + "?")
        .orElse("");
  }

  /** Levenshtein distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
