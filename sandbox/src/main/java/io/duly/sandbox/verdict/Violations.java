package io.duly.sandbox.verdict;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects sentences: the first of each kind, and how many more there are. Not thread-safe. */
final class Violations {
  static final int MOST = 20;

  private final Map<Kind, List<String>> first = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

  void add(Kind kind, String sentence) {
    if (counts.merge(kind, 1L, Long::sum) <= MOST) {
      first.computeIfAbsent(kind, each -> new ArrayList<>()).add(sentence);
    }
  }

  /** All kinds in their order, each with at most {@link #MOST} sentences and a count line. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    counts.forEach(
        (kind, count) -> {
          sentences.addAll(first.getOrDefault(kind, List.of()));
          if (count > MOST) {
            sentences.add("and " + (count - MOST) + " more " + kind.plural());
          }
        });
    return sentences;
  }
}
