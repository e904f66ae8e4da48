package io.duly.sandbox;

/** What the sample API knows of an order. Only one thread may use it. */
final class OrderState {
  private int inProgress;
  private int effects;
  private long lastEffect;
  private boolean declined;

  void started() {
    inProgress++;
  }

  void finished() {
    inProgress--;
  }

  void completed(long effect) {
    effects++;
    lastEffect = effect;
  }

  void declined() {
    declined = true;
  }

  int effects() {
    return effects;
  }

  Answer describe(String order) {
    if (inProgress > 0) {
      return Answer.found(order, ",\"execution\":\"in_progress\"");
    }
    if (effects > 0) {
      String fields = ",\"execution\":\"executed\",\"status\":\"completed\",\"reference\":\"";
      return Answer.found(order, fields + Answer.reference(lastEffect) + "\"");
    }
    return Answer.found(
        order,
        declined
            ? ",\"execution\":\"executed\",\"status\":\"declined\""
            : ",\"execution\":\"not_executed\"");
  }
}
