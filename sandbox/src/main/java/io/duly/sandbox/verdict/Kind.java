package io.duly.sandbox.verdict;

/** How a promise can be broken. */
enum Kind {
  TWO_EFFECTS("orders executed more than once"),
  CALLED_AGAIN("orders called again without proof"),
  NO_EFFECT("orders COMPLETED and never executed"),
  FAILED_WITH_EFFECT("orders FAILED and executed"),
  CALLED_STRANGER("orders called that are not in the table"),
  ILLEGAL_MOVE("illegal moves in the log"),
  LOG_DISAGREES("orders of which table and log disagree"),
  NO_RESULT("orders whose result was not told"),
  RESULT_DISAGREES("orders of which table and result topic disagree"),
  TOLD_TWICE("results told again"),
  TOLD_STRANGER("results of orders that are not in the table"),
  UNREADABLE("records that are no results"),
  UNCONFIRMED("confirmations missing");

  private final String plural;

  Kind(String plural) {
    this.plural = plural;
  }

  String plural() {
    return plural;
  }
}
