package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Records that no worker can use. */
@ExtendWith(ShopExtension.class)
class PoisonTest {
  private Shop shop;

  @BeforeEach
  void open(Shop given) {
    shop = given;
  }

  private SampleApi api() {
    return SampleApi.start(
        new SampleApiSettings(
            SampleContract.NEITHER, Latency.parse("0ms"), 0, 0.1, shop.ledger(), 0));
  }

  private void awaitDone(int orders) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> shop.settled() == orders && shop.topic().lag() == 0);
  }

  @Test
  void unreadableRecordsAreSetAsideAndNothingStalls() {
    shop.produce(null, text("7"));
    shop.produce(text("not a number"), text("7"));
    shop.produce(text("1"), new byte[0]);
    shop.produce(text("2"), null);
    shop.due(20);

    try (SampleApi api = api();
        Worker worker = shop.worker(api.url().toString())) {
      awaitDone(20);
      assertThat(worker.failures()).isEmpty();
    }

    List<ConsumerRecord<byte[], byte[]>> dead = shop.dead();
    assertThat(dead).hasSize(4);
    assertThat(dead).allSatisfy(each -> assertThat(header(each, "duly-topic")).endsWith(".due"));
    assertThat(dead)
        .extracting(each -> header(each, "duly-partition") + "/" + header(each, "duly-offset"))
        .doesNotHaveDuplicates()
        .allMatch(origin -> origin.matches("[0-3]/[0-3]"));
    assertThat(dead).extracting(each -> header(each, "duly-reason")).doesNotContain("");
    assertThat(dead)
        .extracting(each -> each.key() == null ? null : string(each.key()))
        .containsExactlyInAnyOrder(null, "not a number", "1", "2");
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return string(record.headers().lastHeader(name).value());
  }

  @Test
  void aRecordTooLargeForItsHeadersIsCutAndSetAside() {
    shop.produce(new byte[900_000], text("7"));
    shop.produce(text("1"), new byte[900_000]);
    shop.due(20);

    try (SampleApi api = api();
        Worker worker = shop.worker(api.url().toString())) {
      awaitDone(20);
      assertThat(worker.failures()).isEmpty();
    }

    assertThat(shop.dead()).hasSize(2);
    assertThat(shop.dead())
        .allSatisfy(each -> assertThat(header(each, "duly-cut-from")).startsWith("90000"));
  }
}
