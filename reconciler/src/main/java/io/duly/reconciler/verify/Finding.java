package io.duly.reconciler.verify;

import java.util.List;

/**
 * The orders that fail a check.
 *
 * @param check its name, or {@code readable} for lines and records that could not be read
 * @param total how many
 * @param examples the first of them, each an id and a sentence
 */
public record Finding(String check, long total, List<Example> examples) {
  public Finding {
    examples = List.copyOf(examples);
  }

  /** One order that fails, and how. */
  public record Example(String id, String detail) {}
}
