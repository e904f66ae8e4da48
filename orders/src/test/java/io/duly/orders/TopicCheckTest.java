package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.Warnings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCheckTest {
  private static final String DAY = "86400000";

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static Admin admin;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(folder, Map.of("log.retention.bytes", "1000000"));
    admin = new KafkaClients(settings("any")).admin();
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void topicsThatInitCreatesKeepTheirRecordsByTimeAlone() throws Exception {
    Settings settings = settings("fresh", "topic.retention", "20d");
    Topics topics = Topics.of(settings);

    topics.create(admin, settings);

    for (String topic : topics.kept()) {
      assertThat(config(topic, "retention.ms")).isEqualTo("1728000000");
      assertThat(config(topic, "retention.bytes")).isEqualTo("-1");
      assertThat(config(topic, "cleanup.policy")).isEqualTo("delete");
    }
    assertThat(warnings(settings)).isEmpty();
  }

  @Test
  void aRetentionShorterThanTheLongestRunIsRefusedBeforeAnythingIsCreated() throws Exception {
    Settings settings = settings("none", "topic.retention", "6d");

    assertThatThrownBy(() -> Topics.of(settings).create(admin, settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("topic.retention is 6d, shorter than runs.longest, 7d");
    assertThat(admin.listTopics().names().get()).doesNotContain("none.due");
  }

  @ParameterizedTest
  @ValueSource(strings = {"due", "results", "intents"})
  void aTopicThatKeepsRecordsForTooShortIsRefusedByInitAndWarnedOfAtWork(String which)
      throws Exception {
    Settings settings = settings("short-" + which);
    make("short-" + which + "." + which, Map.of("retention.ms", DAY, "retention.bytes", "-1"));

    assertThatThrownBy(() -> Topics.of(settings).create(admin, settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has retention.ms=" + DAY + ", less than runs.longest")
        .hasMessageEndingWith(
            "kafka-configs.sh --bootstrap-server "
                + broker.bootstrapServers()
                + " --alter --entity-type topics --entity-name short-"
                + which
                + "."
                + which
                + " --add-config retention.ms=1209600000");
    makeRest("short-" + which);
    assertThat(warnings(settings))
        .singleElement()
        .asString()
        .contains("less than runs.longest", "--add-config retention.ms=1209600000");
  }

  @Test
  void aLimitOfSizeIsWarnedOfAndNotRefused() throws Exception {
    Settings settings = settings("sized");
    make("sized.due", Map.of()); // takes the broker's limit

    Topics.of(settings).create(admin, settings);

    assertThat(warnings(settings))
        .singleElement()
        .asString()
        .contains("sized.due", "retention.bytes=1000000", "--add-config retention.bytes=-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compact", "compact,delete"})
  void aCompactedTopicIsRefusedByInitAndAtWork(String policy) throws Exception {
    String name = "packed-" + policy.length();
    Settings settings = settings(name);
    Topics topics = Topics.of(settings);
    make(name + ".results", Map.of("cleanup.policy", policy));

    assertThatThrownBy(() -> topics.create(admin, settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has cleanup.policy=" + policy)
        .hasMessageContaining("--add-config cleanup.policy=delete");
    makeRest(name);
    assertThatThrownBy(() -> new TopicCheck(admin, settings).beforeWork(topics.kept()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(name + ".results has cleanup.policy=" + policy);
  }

  @Test
  void aTopicThatKeepsItsRecordsForEverIsFine() throws Exception {
    Settings settings = settings("ever");
    make("ever.due", Map.of("retention.ms", "-1", "retention.bytes", "-1"));

    Topics.of(settings).create(admin, settings);

    assertThat(warnings(settings)).isEmpty();
  }

  @Test
  void whatCannotBeSeenIsWarnedOf() {
    assertThat(warnings(settings("absent")))
        .singleElement()
        .asString()
        .contains("cannot be seen", "absent.due");
  }

  private static Settings settings(String name, String... more) {
    Map<String, String> given = new HashMap<>();
    given.put("kafka.bootstrap.servers", broker.bootstrapServers());
    given.put("topic.replication", "1");
    given.put("topic.partitions", "1");
    for (String topic : new String[] {"due", "results", "dead", "intents"}) {
      given.put("topic." + topic, name + "." + topic);
    }
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    return Settings.of(given);
  }

  private static void make(String topic, Map<String, String> configs) throws Exception {
    NewTopic wanted = new NewTopic(topic, 1, (short) 1).configs(configs);
    admin.createTopics(Set.of(wanted)).all().get();
    Topics.awaitVisible(admin, Set.of(topic));
  }

  /** The topics of an installation that are not there yet, as they should be. */
  private static void makeRest(String name) throws Exception {
    Set<String> present = admin.listTopics().names().get();
    for (String topic : Topics.of(settings(name)).kept()) {
      if (!present.contains(topic)) {
        make(topic, Map.of("retention.bytes", "-1"));
      }
    }
  }

  private static String config(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(Set.of(resource)).all().get().get(resource).get(name).value();
  }

  /** What a process says that starts to work. */
  private static List<String> warnings(Settings settings) {
    try (Warnings warnings = Warnings.of(TopicCheck.class)) {
      new TopicCheck(admin, settings).beforeWork(Topics.of(settings).kept());
      return warnings.list();
    }
  }
}
