package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.util.List;

/** The settings of the external API. */
final class ApiSettings {
  private ApiSettings() {}

  static void define(Definitions def) {
    api(def);
    times(def);
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

  private static void api(Definitions def) {
    def.choice(
        "api.contract",
        List.of("idempotent", "lookup", "neither"),
        "What the API promises: `idempotent` (honours an idempotency key), `lookup` (can be asked whether an order was executed), `neither`. No default: a wrong guess costs money.");
    def.uri("api.url", "URL that an order is posted to; {id} stands for the order id.");
    def.uri(
        "api.lookup-url",
        "URL that tells what became of an order, {id} stands for its id. Wanted by contract lookup.");
    def.text(
        "api.key-header", "Idempotency-Key", MEDIUM, "Header that carries the idempotency key.");
    def.duration(
        "api.key-retention",
        "24h",
        HIGH,
        "How long the API remembers an idempotency key. Automatic retries end a twelfth of it earlier.");
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
    def.statuses(
        "api.success-status",
        "200-299",
        "HTTP status codes that mean the order was executed, as in 200-204,208.");
    def.statuses(
        "api.failure-status",
        "",
        "HTTP status codes that mean a final refusal of this order, as in 402,410. What no rule names is doubt, never failure.");
    def.text(
        "api.reference-pointer",
        "/reference",
        LOW,
        "JSON pointer to the API's own reference in its answer, kept with the attempt.");
    def.number(
        "api.max-response-bytes", 1_048_576, 1024, LOW, "A larger answer counts as unreadable.");
  }
}
