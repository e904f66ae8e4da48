package io.duly.orders;

/** What the external API promises about a request that is sent twice. */
public enum Contract {
  /** It honours an idempotency key: the same key has one effect and the same answer. */
  IDEMPOTENT,
  /** It can be asked afterwards whether an order was executed. */
  LOOKUP,
  /**
   * Nothing: an order that was or may have been sent is never sent again without a person's
   * decision.
   */
  NEITHER;

  /** Parses a value of the setting api.contract, which has been checked there. */
  public static Contract of(String setting) {
    return valueOf(setting.toUpperCase(java.util.Locale.ROOT));
  }
}
