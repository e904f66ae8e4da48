package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.Stop;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics' names, and their creation. */
public record Topics(String due, String results, String dead, String intents) {
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(20);

  public static Topics of(Settings settings) {
    return new Topics(
        settings.text("topic.due"),
        settings.text("topic.results"),
        settings.text("topic.dead"),
        settings.text("topic.intents"));
  }

  /** Those whose records are needed for as long as a run takes. */
  public List<String> kept() {
    return List.of(due, results, intents);
  }

  /**
   * Creates the topics that are missing; leaves those that exist as they are.
   *
   * @throws UserError where nothing is created, because records would not be kept long enough
   */
  public void create(Admin admin, Settings settings) {
    List<NewTopic> wanted = missing(admin, settings);
    admin.createTopics(wanted).values().forEach((name, created) -> await(name, created));
    awaitVisible(admin, wanted.stream().map(NewTopic::name).toList());
  }

  /** The topics that {@link #create} would make; throws as it does. */
  public List<NewTopic> missing(Admin admin, Settings settings) {
    checkRetention(settings);
    Set<String> present = present(admin);
    new TopicCheck(admin, settings).beforeInit(kept().stream().filter(present::contains).toList());
    int partitions = settings.number("topic.partitions");
    Lanes.of(settings)
        .requireRoom(due, present.contains(due) ? partitionsOfDue(admin) : partitions);
    short replication = (short) settings.number("topic.replication");
    Map<String, String> configs =
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            Long.toString(settings.duration("topic.retention").toMillis()),
            TopicConfig.RETENTION_BYTES_CONFIG,
            "-1");
    return Stream.of(
            new NewTopic(due, partitions, replication).configs(configs),
            new NewTopic(results, partitions, replication).configs(configs),
            new NewTopic(dead, partitions, replication),
            new NewTopic(intents, 1, replication).configs(configs)) // their order matters
        .filter(each -> !present.contains(each.name()))
        .toList();
  }

  /**
   * Returns when the broker that is asked knows {@code names}: the controller confirms a topic
   * before all brokers have heard of it.
   */
  static void awaitVisible(Admin admin, Collection<String> names) {
    Instant deadline = Instant.now().plus(VISIBLE_WITHIN);
    Stop never = new Stop();
    while (!present(admin).containsAll(names)) {
      if (Instant.now().isAfter(deadline)) {
        throw new UserError(
            "Kafka has the topics "
                + names
                + " and does not show them: try again, or give this user the right Describe on them");
      }
      never.pause(Duration.ofMillis(20));
    }
  }

  private static void checkRetention(Settings settings) {
    if (settings.duration("topic.retention").compareTo(settings.duration("runs.longest")) < 0) {
      throw new UserError(
          "topic.retention is "
              + settings.text("topic.retention")
              + ", shorter than runs.longest, "
              + settings.text("runs.longest")
              + ": a run would lose its records while it goes on");
    }
  }

  /** Throws UserError where one of the topics does not exist, or is hidden from this user. */
  public void requireCreated(Admin admin) {
    Set<String> present = present(admin);
    for (String name : List.of(due, results, dead, intents)) {
      if (!present.contains(name)) {
        throw new UserError(
            "Kafka has no topic "
                + name
                + ", or this user has no right Describe on it: run `duly init` first, with the same"
                + " settings, or give the rights of docs/kafka.md");
      }
    }
  }

  /** How many partitions the topic of due orders has; it must exist. */
  public int partitionsOfDue(Admin admin) {
    try {
      return admin
          .describeTopics(List.of(due))
          .topicNameValues()
          .values()
          .iterator()
          .next()
          .get()
          .partitions()
          .size();
    } catch (ExecutionException e) {
      throw new UserError("Kafka does not describe topic " + due + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static Set<String> present(Admin admin) {
    try {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw new UserError("Kafka does not list its topics: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void await(String name, org.apache.kafka.common.KafkaFuture<Void> created) {
    try {
      created.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new UserError("topic " + name + " cannot be created: " + e.getCause(), e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
