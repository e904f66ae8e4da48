package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.util.List;

/** The settings of the external API. */
final class ApiSettings {
  private ApiSettings() {}

  static void define(Definitions def) {
    contract(def);
    request(def);
    limits(def);
    times(def);
    answer(def);
    lookup(def);
    ApiAccessSettings.define(def);
  }

  private static void times(Definitions def) {
    def.number(
        "api.daily-quota",
        0,
        0,
        HIGH,
        "Calls of a day over all workers together; 0 sets no quota. Under a quota a call that was turned away is not repeated within its attempt.");
    def.zone("api.quota-zone", "Time zone in which the day of api.daily-quota begins.");
    def.windows(
        "api.maintenance",
        "When the API is not to be called, as in `01:00-02:30, Sun 03:00-05:00`; claiming ends in time for calls to end before.");
    def.zone("api.maintenance-zone", "Time zone of api.maintenance.");
  }

  private static void contract(Definitions def) {
    def.text(
        "api.provider",
        "http",
        MEDIUM,
        "Who calls the API: `http`, or the name of another provider on the class path (see order-api.md).");
    def.choice(
        "api.contract",
        List.of("idempotent", "lookup", "neither"),
        "What the API promises: `idempotent` (honours an idempotency key), `lookup` (can be asked whether an order was executed), `neither`. No default: a wrong guess costs money.");
    def.text(
        "api.key-header", "Idempotency-Key", MEDIUM, "Header that carries the idempotency key.");
    def.duration(
        "api.key-retention",
        "24h",
        HIGH,
        "How long the API remembers an idempotency key. Automatic retries end a twelfth of it earlier.");
  }

  private static void request(Definitions def) {
    def.urlTemplate(
        "api.url",
        "URL that an order is sent to; {id}, {key} (the idempotency key) and each {column} are filled in, percent-encoded. Headers go under `api.header.`, as in api.header.X-Tenant={tenant}.");
    def.choice("api.method", "POST", List.of("POST", "PUT", "PATCH"), "Method of the request.");
    def.text(
        "api.body",
        "",
        MEDIUM,
        "JSON template of the request's body; a string that is exactly {column} becomes the column's value. Empty: all columns as they are.");
  }

  private static void limits(Definitions def) {
    def.duration(
        "api.timeout",
        "10s",
        HIGH,
        "Limit of one call, from connecting to the last byte of the answer.");
    def.duration(
        "api.processing-time",
        "10s",
        HIGH,
        "How long the API may still work on a request after its client has gone; doubt is not settled before.");
    def.number("api.concurrency", 64, 1, HIGH, "Calls under way at most, for each worker.");
    def.number(
        "api.concurrency-min",
        1,
        1,
        LOW,
        "Calls under way to which a worker goes down while the API answers 429, 503 or not in time; at most api.concurrency.");
    def.number(
        "api.rate", 0, 0, HIGH, "Calls per second over all workers together; 0 sets no cap.");
    def.percent(
        "api.rate-headroom",
        0,
        99,
        "Percent of api.rate that is left unused, for an API that counts strictly.");
    def.number(
        "api.max-response-bytes", 1_048_576, 1024, LOW, "A larger answer counts as unreadable.");
  }

  private static void answer(Definitions def) {
    def.statuses(
        "api.success-status",
        "200-299",
        "HTTP status codes that mean the order was executed, as in 200-204,208.");
    def.pointer(
        "api.success-pointer",
        "",
        "JSON pointer into the body that must hold for success, as in /status; empty: the status code is enough.");
    def.text(
        "api.success-values",
        "",
        MEDIUM,
        "Values at api.success-pointer that mean the order was executed, as in ok,done; empty: any value.");
    def.statuses(
        "api.failure-status",
        "",
        "HTTP status codes that mean a final refusal of this order, as in 402,410. What no rule names is doubt, never failure.");
    def.pointer(
        "api.failure-pointer",
        "",
        "JSON pointer into the body that must hold for a final refusal; empty: the status code is enough.");
    def.text(
        "api.failure-values",
        "",
        MEDIUM,
        "Values at api.failure-pointer that mean a final refusal, as in declined,expired; empty: any value.");
    def.pointer(
        "api.reference-pointer",
        "/reference",
        "JSON pointer to the API's own reference in its answer, kept with the attempt.");
    def.pointers(
        "api.response-fields",
        "Fields of the answer that are kept with the attempt, as in receipt=/receipt/number,amount=/amount.");
    def.text(
        "api.redact",
        "",
        MEDIUM,
        "Field names (at any depth) and JSON pointers whose values are replaced by `***` in all that is kept of an answer.");
  }

  private static void lookup(Definitions def) {
    def.urlTemplate(
        "api.lookup-url",
        "URL that tells what became of an order, with {id} and {key}. Wanted by contract lookup.");
    def.choice("api.lookup-method", "GET", List.of("GET", "POST"), "Method of the lookup.");
    def.text(
        "api.lookup-body", "", LOW, "JSON template of the lookup's body, with {id} and {key}.");
    def.statuses(
        "api.lookup-status", "200", "HTTP status codes of a lookup that found something to read.");
    def.statuses(
        "api.lookup-not-executed-status",
        "",
        "HTTP status codes of a lookup that say the order was not executed, as in 404.");
    def.pointer("api.lookup-pointer", "/execution", "JSON pointer to what a lookup says.");
    def.text(
        "api.lookup-executed-values",
        "executed",
        MEDIUM,
        "Values at api.lookup-pointer that say the order was executed or refused.");
    def.text(
        "api.lookup-not-executed-values",
        "not_executed",
        MEDIUM,
        "Values at api.lookup-pointer that say the order was not executed.");
    def.pointer(
        "api.lookup-refused-pointer",
        "/status",
        "JSON pointer to what tells a final refusal from an execution.");
    def.text(
        "api.lookup-refused-values",
        "declined",
        MEDIUM,
        "Values at api.lookup-refused-pointer that say the API refused the order for good.");
    def.pointer(
        "api.lookup-reference-pointer",
        "/reference",
        "JSON pointer to the API's own reference in a lookup's answer.");
    batchLookup(def);
  }

  private static void batchLookup(Definitions def) {
    def.urlTemplate(
        "api.lookup-batch-url",
        "URL that is asked by POST for several orders at once. Without it each is asked for alone.");
    def.number(
        "api.lookup-batch-size", 100, 1, LOW, "How many orders such a question is for at most.");
    def.text(
        "api.lookup-batch-body",
        "{\"keys\":{keys}}",
        LOW,
        "Its body; {keys} and {ids} become lists of texts.");
    def.pointer(
        "api.lookup-batch-list-pointer",
        "",
        "JSON pointer to the list in its answer; empty where the answer is the list.");
    def.choice(
        "api.lookup-batch-match",
        "key",
        List.of("key", "id"),
        "What tells the orders apart in that list: their `key` or their `id`.");
    def.pointer(
        "api.lookup-batch-match-pointer",
        "/key",
        "JSON pointer to it in each element; the rest of an element is read as a lookup's answer.");
  }
}
