package io.duly.sandbox;

/** What the sample API notes in its books. */
public enum LedgerEvent {
  /** A POST has arrived in full and was accepted for processing. */
  RECEIVED("received"),
  /** The order was executed: its customer is charged. */
  EFFECT("effect"),
  /** The answer was written to the socket. */
  ANSWERED("answered"),
  /** The answer could not be written: the client had gone, or the API was restarted meanwhile. */
  ABANDONED("abandoned"),
  /** A POST was refused at the door: above the rate cap (429) or malformed (400). */
  REJECTED("rejected");

  private final String text;

  LedgerEvent(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  static LedgerEvent of(String text) {
    for (LedgerEvent event : values()) {
      if (event.text.equals(text)) {
        return event;
      }
    }
    throw new IllegalArgumentException("unknown ledger event " + text);
  }
}
