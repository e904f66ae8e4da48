package io.duly.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One question for several orders, and what its answer says of each. An order that the answer does
 * not name is unknown, as is one that it names with different answers. Immutable.
 */
final class BatchLookup {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IDS = "{ids}";
  private static final String KEYS = "{keys}";

  private final int size;
  private final String body;
  private final StatusCodes answered;
  private final JsonPointer list;
  private final JsonPointer match;
  private final boolean byKey;
  private final LookupRules rules;

  /**
   * {@code rules} read what the answer says of one order.
   *
   * @throws UserError where the settings do not go together
   */
  BatchLookup(Settings settings, LookupRules rules) {
    this.size =
        settings.text("api.lookup-batch-url").isEmpty()
            ? 1
            : settings.number("api.lookup-batch-size");
    this.body = settings.text("api.lookup-batch-body");
    this.answered = new StatusCodes(settings.text("api.lookup-status"));
    this.list = JsonPointer.compile(settings.text("api.lookup-batch-list-pointer"));
    this.match = JsonPointer.compile(settings.text("api.lookup-batch-match-pointer"));
    this.byKey = settings.text("api.lookup-batch-match").equals("key");
    this.rules = rules;
    if (size > 1 && !body.contains(IDS) && !body.contains(KEYS)) {
      throw new UserError(
          "setting api.lookup-batch-body: it must have {ids} or {keys}, where the list of orders goes");
    }
  }

  /** How many orders one question is for; 1 where each is asked for alone. */
  int size() {
    return size;
  }

  /** The question for {@code requests}, as JSON. */
  String question(List<LookupRequest> requests) {
    return body.replace(IDS, array(requests.stream().map(LookupRequest::orderId).toList()))
        .replace(KEYS, array(requests.stream().map(each -> each.key().toString()).toList()));
  }

  private static String array(List<String> values) {
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of texts cannot be written", e);
    }
  }

  /** What an answer says of each of {@code requests}, in their order. */
  List<LookupAnswer> read(int status, String answer, List<LookupRequest> requests) {
    if (!answered.contains(status)) {
      return unknown(requests, "HTTP " + status);
    }
    JsonNode json = StrictJson.read(answer);
    if (json == null) {
      return unknown(requests, "an answer that is no JSON");
    }
    JsonNode found = json.at(list);
    if (!found.isArray()) {
      return unknown(requests, "an answer with no list at '" + list + "'");
    }
    Map<String, LookupAnswer> said = said(found);
    List<LookupAnswer> answers = new ArrayList<>();
    for (LookupRequest each : requests) {
      LookupAnswer one = said.get(byKey ? each.key().toString() : each.orderId());
      answers.add(
          one == null ? new LookupAnswer.Unknown("the answer does not name the order") : one);
    }
    return answers;
  }

  private Map<String, LookupAnswer> said(JsonNode elements) {
    Map<String, LookupAnswer> said = new HashMap<>();
    for (JsonNode each : elements) {
      JsonNode name = each.at(match);
      if (name.isValueNode() && !name.isNull()) {
        said.merge(name.asText(), rules.decide(each), BatchLookup::same);
      }
    }
    return said;
  }

  private static LookupAnswer same(LookupAnswer one, LookupAnswer other) {
    return Objects.equals(one, other)
        ? one
        : new LookupAnswer.Unknown("the answer names the order with different answers");
  }

  /** The same for each: nothing is known. */
  static List<LookupAnswer> unknown(List<LookupRequest> requests, String reason) {
    return requests.stream().<LookupAnswer>map(each -> new LookupAnswer.Unknown(reason)).toList();
  }
}
