package io.duly.sandbox;

/** What the sample API does with a call that it has received. */
sealed interface Admission {
  Delivery delivery();

  /** Process the order. */
  record Execute() implements Admission {
    @Override
    public Delivery delivery() {
      return Delivery.FIRST;
    }
  }

  /**
   * The key is known: answer at once.
   *
   * @param answer the stored one, or a refusal
   */
  record Repeat(Answer answer) implements Admission {
    @Override
    public Delivery delivery() {
      return Delivery.DUPLICATE;
    }
  }
}
