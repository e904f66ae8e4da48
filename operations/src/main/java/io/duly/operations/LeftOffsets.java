package io.duly.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Offsets below a committed one that were left for later, as the text that is committed with it:
 * ranges as in {@code 3-5,9}. One thread.
 */
final class LeftOffsets {
  private static final Pattern FORM =
      Pattern.compile("\\d{1,18}(-\\d{1,18})?(,\\d{1,18}(-\\d{1,18})?)*");

  private final TreeSet<Long> offsets = new TreeSet<>();

  /** Reads {@code text}; none of the form, as that of another tool, stands for none left. */
  static LeftOffsets parse(String text) {
    LeftOffsets found = new LeftOffsets();
    if (FORM.matcher(text).matches()) {
      for (String range : text.split(",", -1)) {
        String[] ends = range.split("-", -1);
        long last = Long.parseLong(ends[ends.length - 1]);
        for (long each = Long.parseLong(ends[0]); each <= last; each++) {
          found.offsets.add(each);
        }
      }
    }
    return found;
  }

  void add(long offset) {
    offsets.add(offset);
  }

  void remove(long offset) {
    offsets.remove(offset);
  }

  boolean contains(long offset) {
    return offsets.contains(offset);
  }

  /** Forgets those before {@code start}, which are gone. */
  void forgetBefore(long start) {
    offsets.headSet(start).clear();
  }

  /** The first of them, or {@code without} where none is left. */
  long first(long without) {
    return offsets.isEmpty() ? without : offsets.first();
  }

  /** The text that {@link #parse} reads. */
  String text() {
    List<String> ranges = new ArrayList<>();
    long start = -1;
    long last = -1;
    for (long each : offsets) {
      if (start >= 0 && each != last + 1) {
        ranges.add(range(start, last));
      }
      start = start < 0 || each != last + 1 ? each : start;
      last = each;
    }
    if (start >= 0) {
      ranges.add(range(start, last));
    }
    return String.join(",", ranges);
  }

  private static String range(long start, long last) {
    return start == last ? Long.toString(start) : start + "-" + last;
  }
}
