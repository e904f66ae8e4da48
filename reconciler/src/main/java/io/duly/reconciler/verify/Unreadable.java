package io.duly.reconciler.verify;

import io.duly.reconciler.verify.Finding.Example;
import java.util.ArrayList;
import java.util.List;

/** What could not be read: counted, and the first kept. Not thread-safe. */
final class Unreadable {
  private final List<Example> first = new ArrayList<>();
  private final int limit;
  private long total;

  Unreadable(int limit) {
    this.limit = limit;
  }

  void add(String where, String why) {
    total++;
    if (first.size() < limit) {
      first.add(new Example(where, why));
    }
  }

  List<Finding> findings() {
    return total == 0 ? List.of() : List.of(new Finding("readable", total, first));
  }
}
