package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.duly.orders.Claim;
import io.duly.orders.ClaimedBatch;
import io.duly.orders.DueOrder;
import io.duly.orders.Incarnations;
import io.duly.orders.Intent;
import io.duly.orders.ServerPoint;
import io.duly.orders.Topics;
import io.duly.runtime.KafkaClients;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands in Kafka before a request leaves, and what does not before it is answered. */
@ExtendWith(ShopExtension.class)
class IntentsTest {
  private final Claim claim =
      new Claim(new DueOrder("1", 7, 0, 0), 1, UUID.randomUUID(), 0, "{\"id\":1}");
  private Shop shop;

  @BeforeEach
  void open(Shop given) {
    shop = given;
  }

  private Intents intents() {
    return new Intents(
        new KafkaClients(shop.settings()), "worker", topic(), new Incarnations(shop.jdbi()));
  }

  private String topic() {
    return Topics.of(shop.settings()).intents();
  }

  private ClaimedBatch batch(Duration age) {
    ServerPoint point = new ServerPoint(new Incarnations(shop.jdbi()).current().minus(age), "0/1");
    return new ClaimedBatch(List.of(claim), Map.of(), point);
  }

  @Test
  void aBatchIsAcknowledgedBeforeItMayBeSent() {
    try (Intents intents = intents()) {
      intents.announce("worker", batch(Duration.ZERO));
    }

    assertThat(shop.topic().committedOfOne(topic()))
        .singleElement()
        .satisfies(
            each -> {
              Intent intent = Intent.parse(each.value());
              assertThat(intent.worker()).isEqualTo("worker");
              assertThat(intent.claims())
                  .extracting(Intent.Entry::token)
                  .containsOnly(claim.token());
            });
  }

  @Test
  void nothingMayBeSentWhereTheServerWasRestartedAfterTheClaim() {
    try (Intents intents = intents()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> intents.announce("worker", batch(Duration.ofMinutes(1))))
          .withMessageContaining("restarted");

      assertThatCode(() -> intents.announce("worker", batch(Duration.ZERO)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void anEmptyBatchNeedsNoIntent() {
    try (Intents intents = intents()) {
      intents.announce("worker", new ClaimedBatch(List.of(), Map.of(), null));
    }

    assertThat(shop.topic().committedOfOne(topic())).isEmpty();
  }

  @Test
  void noOffsetPassesWhileItsOrderIsUnderWay() {
    shop.due(40);
    try (SampleApi api =
            SampleApi.start(
                new SampleApiSettings(
                    SampleContract.NEITHER, Latency.parse("2000ms"), 0, 0, shop.ledger(), 0));
        Worker worker = shop.worker(api.url().toString(), "api.concurrency", "64")) {
      Awaitility.await().until(() -> shop.count("PROCESSING") == 40);

      Callable<Long> lag = () -> shop.topic().lag();
      Awaitility.await().during(Duration.ofSeconds(1)).until(lag, each -> each == 40);

      Awaitility.await().until(lag, each -> each == 0);
      assertThat(worker.failures()).isEmpty();
      assertThat(shop.count("COMPLETED")).isEqualTo(40);
    }
  }
}
