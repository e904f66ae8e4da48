package io.duly.runtime;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Every setting of Duly: key, default, what is allowed, what it is for. {@code docs/settings.md} is
 * made from it.
 */
final class Catalogue {
  /** Keys under this prefix go to the Kafka clients as they are, less the prefix. */
  static final String KAFKA = "kafka.";

  /** What may be set freely: under these prefixes any key is known. */
  static final List<String> FREE =
      List.of(KAFKA, ScheduleProperties.PREFIX, "api.header.", "api.option.");

  static boolean isFree(String key) {
    return FREE.stream().anyMatch(key::startsWith);
  }

  private Catalogue() {}

  static ConfigDef settings() {
    Definitions definitions = new Definitions();
    ShopSettings.define(definitions);
    ApiSettings.define(definitions);
    WorkSettings.define(definitions);
    RunSettings.define(definitions);
    ConsoleSettings.define(definitions);
    return definitions.all();
  }
}
