package io.duly.sandbox;

/** What the sample API promises about being called twice for an order. */
public enum SampleContract {
  /** Honours {@code Idempotency-Key}: a key has one effect and one answer. */
  IDEMPOTENT,
  /** Each call has an effect; {@code GET /orders/{id}} tells whether there was one. */
  LOOKUP,
  /** Each call has an effect, and nobody can ask. */
  NEITHER
}
