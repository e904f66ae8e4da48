package io.duly.worker;

import java.util.BitSet;

/** How many of the last so many were of one kind. Not thread-safe. */
final class Shares {
  private final BitSet kinds = new BitSet();
  private final int window;
  private int next;
  private int size;

  Shares(int window) {
    this.window = window;
  }

  void add(boolean isOfTheKind) {
    kinds.set(next, isOfTheKind);
    next = (next + 1) % window;
    size = Math.min(window, size + 1);
  }

  /** How many of the last were of the kind. */
  int count() {
    return kinds.cardinality();
  }

  boolean isFull() {
    return size == window;
  }

  void clear() {
    kinds.clear();
    next = 0;
    size = 0;
  }
}
