package io.duly.sandbox.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TopicWitnessTest {
  @TempDir static Path folder;
  private static EmbeddedBroker broker;

  private TestTopics topics;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(folder);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void create() throws Exception {
    topics = TestTopics.on(broker);
  }

  @Test
  void readsAllPartitionsAndFindsDuplicates() {
    topics.tellCompleted(20);
    topics.tell("7", 1, 1, "COMPLETED");
    topics.tell("7", 2, 1, "FAILED");

    TopicStory story = TopicWitness.read(topics.kafka);

    assertThat(story.unreadable()).isEmpty();
    assertThat(story.told())
        .hasSize(22)
        .contains(new Told(new Told.Key("7", 2, 1), Status.FAILED))
        .filteredOn(new Told(new Told.Key("7", 1, 1), Status.COMPLETED)::equals)
        .hasSize(2);
  }

  @Test
  void doesNotSeeEventsOfAnAbortedTransaction() {
    topics.sendAndAbort("1", TestTopics.event("1", 1, 1, "FAILED"));
    topics.tell("1", 1, 1, "COMPLETED");
    topics.sendAndAbort("1", TestTopics.event("1", 2, 1, "FAILED"));

    TopicStory story = TopicWitness.read(topics.kafka);

    assertThat(story.told()).containsExactly(new Told(new Told.Key("1", 1, 1), Status.COMPLETED));
  }

  @Test
  void doesNotWaitForAnOpenTransaction() {
    topics.tell("1", 1, 1, "COMPLETED");
    try (KafkaProducer<String, String> producer = topics.producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      String event = TestTopics.event("1", 2, 1, "FAILED");
      producer.send(new ProducerRecord<>(topics.kafka.resultTopic(), "1", event));
      producer.flush();

      assertThat(TopicWitness.read(topics.kafka).told()).hasSize(1);

      producer.abortTransaction();
    }
  }

  @Test
  void saysWhichRecordIsNoResult() {
    topics.send("1", "hello");
    topics.send("1", "{\"order\":\"1\",\"attempt\":1}");
    topics.send("1", TestTopics.event("2", 1, 1, "COMPLETED"));
    topics.send("1", null);
    topics.send(null, TestTopics.event("2", 1, 1, "COMPLETED"));

    TopicStory story = TopicWitness.read(topics.kafka);

    assertThat(story.told()).isEmpty();
    assertThat(story.unreadable())
        .hasSize(5)
        .anySatisfy(one -> assertThat(one).matches("the record at ./0 of .* is no JSON"))
        .anySatisfy(one -> assertThat(one).matches("the record at ./2 of .* is no result"))
        .anySatisfy(one -> assertThat(one).endsWith("is of order 2 and not under its key"));
  }

  @Test
  void hearsNothingFromATopicThatDoesNotExist() {
    Case.Kafka nowhere = new Case.Kafka(broker.bootstrapServers(), "none", "none", "none");

    assertThat(TopicWitness.read(nowhere).told()).isEmpty();
  }

  @Test
  void countsAllRecordsAsLagWhereNothingIsCommitted() {
    topics.makeDue(5);

    assertThat(Lag.read(topics.kafka)).isEqualTo(5);
  }

  @Test
  void countsAsLagWhatTheGroupHasNotPassed() throws Exception {
    topics.makeDue(5);
    topics.pass(3);

    assertThat(Lag.read(topics.kafka)).isEqualTo(2);
  }
}
