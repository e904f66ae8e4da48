package io.duly.sandbox;

/** Whether the API had seen the idempotency key of a call before. */
public enum Delivery {
  FIRST,
  DUPLICATE
}
