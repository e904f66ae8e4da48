package io.duly.sandbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes an entry of the ledger as a line of JSON, and reads it. Any thread may use it. */
final class LedgerFormat {
  private static final JsonFactory JSON = new JsonFactory();

  private LedgerFormat() {}

  static void append(StringBuilder line, LedgerEntry entry) {
    OrderCall call = entry.call();
    line.append("{\"seq\":").append(entry.seq());
    line.append(",\"at\":\"").append(entry.at());
    line.append("\",\"event\":\"").append(entry.event().text()).append('"');
    append(line, ",\"order\":", call.order());
    append(line, ",\"key\":", call.key());
    append(line, ",\"worker\":", call.worker());
    append(line, ",\"body\":", call.body());
    if (entry.status() != 0) {
      line.append(",\"status\":").append(entry.status());
    }
    if (entry.delivery() == Delivery.DUPLICATE) {
      line.append(",\"duplicate\":true");
    }
    line.append("}\n");
  }

  private static void append(StringBuilder line, String name, String value) {
    if (!value.isEmpty()) {
      JsonText.quote(line.append(name), value);
    }
  }

  /** Reads one line without its end; throws IOException if it is not one of ours. */
  static LedgerEntry parse(byte[] bytes, int from, int length) throws IOException {
    try (JsonParser json = JSON.createParser(bytes, from, length)) {
      LedgerFields fields = new LedgerFields();
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        fields.set(name, json);
      }
      return fields.entry();
    } catch (IOException | IllegalArgumentException e) {
      String line = new String(bytes, from, length, StandardCharsets.UTF_8);
      throw new IOException("not a line of a ledger: " + line, e);
    }
  }
}
