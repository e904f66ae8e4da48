package io.duly.runtime;

/** One pass of a loop's work. */
@FunctionalInterface
public interface Step {
  /** Does one pass and returns how much it did; 0 lets the loop rest before the next pass. */
  int once() throws Exception;
}
