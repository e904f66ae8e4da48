package io.duly.api;

import org.jspecify.annotations.Nullable;

/** What a lookup says of an order. */
public sealed interface LookupAnswer {
  /** The API executed the order, or refused it for good where {@code refused}. */
  record Executed(boolean refused, @Nullable String reference) implements LookupAnswer {}

  /** The API knows of no execution. Proof only after the quiet period. */
  record NotExecuted() implements LookupAnswer {}

  /** No answer that settles anything. */
  record Unknown(String reason) implements LookupAnswer {}
}
