package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.ResultEvent;
import io.duly.orders.Topics;
import io.duly.runtime.KafkaClients;
import io.duly.sandbox.Latency;
import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker whose broker refuses, forgets, fences and restarts: it goes on, and tells once. */
class BrokerFaultsTest {
  private static final Map<String, String> FORGETFUL_AND_STRICT =
      Map.of(
          "transactional.id.expiration.ms", "2000",
          "transaction.remove.expired.transaction.cleanup.interval.ms", "300",
          "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
          "allow.everyone.if.no.acl.found", "true");
  private static Servers servers;
  private static int shops;

  private Shop shop;
  private SampleApi api;

  @BeforeAll
  static void startServers() {
    servers = new Servers(FORGETFUL_AND_STRICT, Map.of());
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  @BeforeEach
  void open() {
    shop = Shop.open(servers, "faults" + ++shops);
    api =
        SampleApi.start(
            new SampleApiSettings(
                SampleContract.NEITHER, Latency.parse("2ms"), 0, 0, shop.ledger(), 0));
  }

  @AfterEach
  void close() {
    api.close();
    shop.close();
  }

  private Worker worker(String protocol) {
    return shop.worker(
        api.url().toString(), "kafka.group.protocol", protocol, "worker.id", "w", "api.rate", "0");
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(condition);
  }

  private void awaitDone(int orders) {
    await(() -> shop.settled() == orders && shop.topic().lag() == 0);
  }

  private void assertCalledAndToldOnce(int orders) {
    assertThat(LedgerReader.read(shop.ledger()).requests()).isEqualTo(orders);
    assertThat(shop.events()).extracting(ResultEvent::orderId).doesNotHaveDuplicates();
    assertThat(shop.events()).hasSize(orders);
  }

  private String transactionalId() {
    return shop.settings().text("worker.group") + "-w";
  }

  @Test
  void goesOnAfterTheBrokerForgotItsTransactionalId() {
    shop.due(1, 50);
    try (Worker worker = worker("classic")) {
      awaitDone(50);
      await(
          () ->
              shop.admin().listTransactions().all().get().stream()
                  .noneMatch(each -> each.transactionalId().equals(transactionalId())));

      shop.due(51, 100);

      awaitDone(100);
      assertThat(worker.failures()).isEmpty();
    }
    assertCalledAndToldOnce(100);
  }

  @Test
  void goesOnWhileAnotherProducerTakesItsTransactionalIdAgainAndAgain() {
    shop.due(1, 1500);
    int fenced = 0;

    try (Worker worker = worker("classic")) {
      while (shop.settled() < 1500) {
        try (Producer<byte[], byte[]> thief =
            new KafkaClients(shop.settings()).transactionalProducer(transactionalId())) {
          thief.initTransactions();
          fenced++;
        }
      }
      awaitDone(1500);
      assertThat(worker.failures()).isEmpty();
    }

    assertThat(fenced).isGreaterThan(3);
    assertCalledAndToldOnce(1500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void goesOnAfterRestartsOfTheBroker(String protocol) {
    shop.due(1, 1500);

    try (Worker worker = worker(protocol)) {
      for (int settled : List.of(100, 600)) {
        await(() -> shop.settled() > settled);
        servers.restartBroker(() -> {});
      }
      awaitDone(1500);
      assertThat(worker.failures()).isEmpty();
    }

    assertThat(LedgerReader.read(shop.ledger()).requests()).isEqualTo(1500);
    assertThat(shop.events()).extracting(ResultEvent::orderId).doesNotHaveDuplicates();
  }

  @Test
  void goesOnAfterItsTopicWasMadeAnew() throws Exception {
    Topics topics = Topics.of(shop.settings());
    shop.due(1, 50);
    try (Worker worker = worker("classic")) {
      awaitDone(50);

      shop.admin().deleteTopics(List.of(topics.due())).all().get();
      await(() -> !shop.admin().listTopics().names().get().contains(topics.due()));
      topics.create(shop.admin(), shop.settings());
      shop.due(51, 70);

      awaitDone(70);
      assertThat(worker.failures()).isEmpty();
    }
    assertCalledAndToldOnce(70);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TOPIC", "GROUP", "TRANSACTIONAL_ID"})
  void goesOnAfterARightWasTakenAndGivenBack(ResourceType type) throws Exception {
    AclBinding denial = denial(type);
    shop.due(1, 50);
    try (FailedPasses failures = FailedPasses.watch();
        Worker worker = worker("classic")) {
      awaitDone(50);
      shop.admin().createAcls(List.of(denial)).all().get();
      if (type != ResourceType.TOPIC) {
        shop.due(51, 60); // an idle worker would not notice
      }
      await(() -> failures.sawA("AuthorizationException"));

      shop.admin().deleteAcls(List.of(denial.toFilter())).all().get();
      shop.due(61, 100);

      int orders = type == ResourceType.TOPIC ? 90 : 100;
      awaitDone(orders);
      assertThat(worker.failures()).isEmpty();
      assertCalledAndToldOnce(orders);
    }
  }

  private AclBinding denial(ResourceType type) {
    String name =
        switch (type) {
          case TOPIC -> Topics.of(shop.settings()).due();
          case GROUP -> shop.settings().text("worker.group");
          default -> transactionalId();
        };
    AclOperation operation =
        type == ResourceType.TRANSACTIONAL_ID ? AclOperation.WRITE : AclOperation.READ;
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:ANONYMOUS", "*", operation, AclPermissionType.DENY));
  }
}
