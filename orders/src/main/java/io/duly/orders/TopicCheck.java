package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether topics keep their records for as long as the longest run takes with its pauses. What is
 * gone earlier may be an order's only record, or the memory of a database that forgets. Says with
 * which command a topic is mended.
 */
public final class TopicCheck {
  private static final Logger log = LoggerFactory.getLogger(TopicCheck.class);
  private static final long UNLIMITED = -1;

  /** A record that a compaction removes need not be old: nothing may begin on such a topic. */
  private enum Gravity {
    REFUSED,
    REFUSED_BY_INIT,
    /** May be meant so, where the topic's size is watched. */
    TOLERATED
  }

  private record Fault(Gravity gravity, String topic, String found, String mend) {}

  private final Admin admin;
  private final Duration longest;
  private final String bootstrapServers;

  public TopicCheck(Admin admin, Settings settings) {
    this.admin = admin;
    this.longest = settings.duration("runs.longest");
    this.bootstrapServers = settings.text("kafka.bootstrap.servers");
  }

  /**
   * Before something is built on topics: throws UserError with all faults of {@code names} but
   * limits of their size, of which it warns.
   */
  public void beforeInit(Collection<String> names) {
    act(faults(names), List.of(Gravity.REFUSED, Gravity.REFUSED_BY_INIT));
  }

  /**
   * Before work begins on topics that hold records already: throws UserError where one is
   * compacted, and warns of all other faults.
   */
  public void beforeWork(Collection<String> names) {
    act(faults(names), List.of(Gravity.REFUSED));
  }

  /** A topic that may lose records, and the command that mends it. */
  public record Complaint(String found, String command) {}

  /** All faults of {@code names}. */
  public List<Complaint> complaints(Collection<String> names) {
    return faults(names).stream()
        .map(each -> new Complaint("topic " + each.topic + " " + each.found, command(each)))
        .toList();
  }

  private void act(List<Fault> faults, List<Gravity> refused) {
    List<String> errors = new ArrayList<>();
    for (Fault each : faults) {
      if (refused.contains(each.gravity)) {
        errors.add("topic " + each.topic + " " + each.found + ": run " + command(each));
      } else {
        log.warn(
            "A topic may lose records that are needed still topic={} found=\"{}\" mend=\"{}\"",
            each.topic,
            each.found,
            command(each));
      }
    }
    if (!errors.isEmpty()) {
      throw new UserError(String.join(System.lineSeparator(), errors));
    }
  }

  private String command(Fault fault) {
    return "kafka-configs.sh --bootstrap-server "
        + bootstrapServers
        + " --alter --entity-type topics --entity-name "
        + fault.topic
        + " --add-config "
        + fault.mend;
  }

  private List<Fault> faults(Collection<String> names) {
    List<ConfigResource> wanted =
        names.stream().map(each -> new ConfigResource(ConfigResource.Type.TOPIC, each)).toList();
    try {
      List<Fault> faults = new ArrayList<>();
      Map<ConfigResource, Config> found = admin.describeConfigs(wanted).all().get();
      found.forEach((topic, config) -> judge(topic.name(), config, faults));
      return faults;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException cause) { // no right to read them, or not there yet
        log.warn(
            "Whether the topics keep their records long enough cannot be seen topics={} reason={}",
            names,
            cause.toString());
        return List.of();
      }
      throw new UserError("Kafka does not tell the topics' settings: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void judge(String topic, Config config, List<Fault> faults) {
    String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      faults.add(
          new Fault(
              Gravity.REFUSED,
              topic,
              "has cleanup.policy=" + policy + ", which removes records that are needed",
              "cleanup.policy=delete"));
    }
    long millis = number(config, TopicConfig.RETENTION_MS_CONFIG);
    if (millis != UNLIMITED && millis < longest.toMillis()) {
      faults.add(
          new Fault(
              Gravity.REFUSED_BY_INIT,
              topic,
              "has retention.ms=" + millis + ", less than runs.longest",
              "retention.ms=" + longest.multipliedBy(2).toMillis()));
    }
    long bytes = number(config, TopicConfig.RETENTION_BYTES_CONFIG);
    if (bytes != UNLIMITED) {
      faults.add(
          new Fault(
              Gravity.TOLERATED,
              topic,
              "has retention.bytes=" + bytes + ", which may remove records of any age",
              "retention.bytes=-1"));
    }
  }

  private static long number(Config config, String name) {
    String value = value(config, name);
    return value.isEmpty() ? UNLIMITED : Long.parseLong(value);
  }

  private static String value(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }
}
