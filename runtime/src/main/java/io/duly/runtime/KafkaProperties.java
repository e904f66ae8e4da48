package io.duly.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which properties of the Kafka clients are Duly's to set, and which do not go together. Pure. */
public final class KafkaProperties {
  private static final Map<String, String> OWN = own();

  /** What the consumer protocol takes from the broker; the client refuses these with it. */
  private static final Set<String> CLASSIC_ONLY =
      Set.of("session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy");

  private KafkaProperties() {}

  private static Map<String, String> own() {
    Map<String, String> own = new TreeMap<>();
    own.put("group.id", "the reconciler follows the group by its name: use worker.group");
    own.put(
        "group.instance.id",
        "all workers would take one member's place and fence each other, and a worker that stops"
            + " must give up its partitions at once");
    own.put("client.id", "each client is named after its part: use worker.id");
    own.put(
        "enable.auto.commit",
        "an offset may pass only when its order is done, in one transaction with the result");
    own.put(
        "isolation.level", "results of aborted transactions never happened and must not be read");
    own.put(
        "auto.offset.reset", "from the earliest record nothing is skipped; repeats are harmless");
    own.put("allow.auto.create.topics", "duly init makes the topics, with their partitions");
    own.put("interceptor.classes", "an interceptor can drop or change records, which loses orders");
    own.put("key.deserializer", "keys are read as bytes");
    own.put("value.deserializer", "values are read as bytes");
    own.put("key.serializer", "keys are written as bytes");
    own.put("value.serializer", "values are written as bytes");
    own.put("transactional.id", "it fences the earlier producer of the same part");
    own.put(
        "transaction.timeout.ms", "a dead worker's open transaction holds up readers that long");
    own.put("transaction.two.phase.commit.enable", "an open transaction must end by itself");
    own.put("acks", "a record counts as written only when all replicas have it");
    own.put("enable.idempotence", "a repeated send must not write a record twice");
    return Collections.unmodifiableMap(own);
  }

  /** One sentence for each mistake in {@code kafka}, the properties without their prefix. */
  static List<String> mistakes(Map<String, String> kafka) {
    List<String> mistakes = new ArrayList<>();
    kafka.keySet().stream()
        .filter(OWN::containsKey)
        .forEach(
            key ->
                mistakes.add(
                    "setting kafka." + key + " is Duly's own: " + OWN.get(key) + "; leave it out"));
    if ("consumer".equalsIgnoreCase(kafka.get("group.protocol"))) {
      kafka.keySet().stream()
          .filter(CLASSIC_ONLY::contains)
          .forEach(
              key ->
                  mistakes.add(
                      "setting kafka."
                          + key
                          + " does not go with kafka.group.protocol=consumer, whose broker decides"
                          + " it: leave it out or set kafka.group.protocol=classic"));
    }
    return mistakes;
  }

  /** The properties that are Duly's own as a Markdown table: what docs/kafka.md holds. */
  public static String page() {
    StringBuilder page = new StringBuilder("| property | why it is Duly's own |\n| --- | --- |\n");
    OWN.forEach(
        (key, why) -> page.append("| `").append(key).append("` | ").append(why).append(" |\n"));
    return page.toString();
  }
}
