package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics' names, and their creation. */
public record Topics(String due, String results, String dead, String intents) {
  public static Topics of(Settings settings) {
    return new Topics(
        settings.text("topic.due"),
        settings.text("topic.results"),
        settings.text("topic.dead"),
        settings.text("topic.intents"));
  }

  /** Creates the topics that are missing; leaves those that exist as they are. */
  public void create(Admin admin, Settings settings) {
    int partitions = settings.number("topic.partitions");
    short replication = (short) settings.number("topic.replication");
    List<NewTopic> wanted = new ArrayList<>();
    for (String name : List.of(due, results, dead)) {
      wanted.add(new NewTopic(name, partitions, replication));
    }
    wanted.add(new NewTopic(intents, 1, replication)); // one, because their order matters
    admin.createTopics(wanted).values().forEach((name, created) -> await(name, created));
  }

  /** Throws UserError where one of the topics does not exist. */
  public void requireCreated(Admin admin) {
    try {
      Set<String> present = admin.listTopics().names().get();
      for (String name : List.of(due, results, dead, intents)) {
        if (!present.contains(name)) {
          throw new UserError(
              "Kafka has no topic " + name + ": run `duly init` first, with the same settings");
        }
      }
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
