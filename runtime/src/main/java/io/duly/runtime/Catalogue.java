package io.duly.runtime;

import org.apache.kafka.common.config.ConfigDef;

/**
 * Every setting of Duly: key, default, what is allowed, what it is for. {@code docs/settings.md} is
 * made from it.
 */
final class Catalogue {
  /** Keys under this prefix go to the Kafka clients as they are, less the prefix. */
  static final String KAFKA = "kafka.";

  private Catalogue() {}

  static ConfigDef settings() {
    Definitions definitions = new Definitions();
    ShopSettings.define(definitions);
    ApiSettings.define(definitions);
    WorkSettings.define(definitions);
    return definitions.all();
  }
}
