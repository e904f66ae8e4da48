package io.duly.sandbox;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** The fields of a ledger line as they come while it is read. */
final class LedgerFields {
  private long seq;
  private String at = "";
  private String event = "";
  private String order = "";
  private String key = "";
  private String worker = "";
  private String body = "";
  private int status;
  private Delivery delivery = Delivery.FIRST;

  /** Takes the value that the parser stands on; skips a field it does not know. */
  void set(String name, JsonParser json) throws IOException {
    switch (name) {
      case "seq" -> seq = json.getLongValue();
      case "at" -> at = json.getText();
      case "event" -> event = json.getText();
      case "order" -> order = json.getText();
      case "key" -> key = json.getText();
      case "worker" -> worker = json.getText();
      case "body" -> body = json.getText();
      case "status" -> status = json.getIntValue();
      case "duplicate" -> delivery = json.getBooleanValue() ? Delivery.DUPLICATE : Delivery.FIRST;
      default -> json.skipChildren();
    }
  }

  LedgerEntry entry() {
    OrderCall call = new OrderCall(order, key, worker, body);
    return new LedgerEntry(seq, at, LedgerEvent.of(event), call, status, delivery);
  }
}
