package io.duly.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.LogMessage.Entry;
import io.duly.orders.LogMessage.Kind;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what the statements of the protocol really leave in the write-ahead log. */
@ExtendWith(ShopExtension.class)
class LogMessageTest {
  private static final String SLOT = "log_message_test";
  private static final String CONTENT = "content:";

  private final Shop shop;

  LogMessageTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void watch() {
    shop.pending(1, 2);
    shop.ask(
        "SELECT pg_create_logical_replication_slot(?, 'test_decoding')::text", String.class, SLOT);
  }

  @AfterEach
  void unwatch() {
    shop.ask("SELECT pg_drop_replication_slot(?)::text", String.class, SLOT);
  }

  @Test
  void saysWhatWasClaimed() {
    shop.claims(Contract.NEITHER).claim(Shop.WORKER, Shop.due(1, 2));

    LogMessage message = only(messages());

    assertThat(message.kind()).isEqualTo(Kind.CLAIM);
    assertThat(message.entries())
        .containsExactlyInAnyOrder(
            new Entry("1", 1, 0, null, true, Shop.RUN), new Entry("2", 1, 0, null, true, Shop.RUN));
  }

  @Test
  void saysWhatTheGuardRefused() {
    shop.record(shop.claim(Contract.NEITHER, 1), Outcome.COMPLETED);
    shop.ownerSets(1, "PENDING");
    messages();
    shop.claims(Contract.NEITHER).claim(Shop.WORKER, Shop.due(1));

    LogMessage message = only(messages());

    assertThat(message)
        .isEqualTo(
            new LogMessage(
                Kind.CLAIM, List.of(new Entry("1", 2, 1, Outcome.IN_DOUBT, true, Shop.RUN))));
  }

  @Test
  void saysWhatWasRecordedAndWhetherTheStatusWasMoved() {
    List<Claim> claims = shop.claims(Contract.NEITHER).claim(Shop.WORKER, Shop.due(1, 2)).claims();
    shop.ownerSets(2, "CANCELLED");
    messages();
    shop.records()
        .record(
            Shop.WORKER,
            claims.stream()
                .map(claim -> Shop.result(claim, Outcome.COMPLETED, Duration.ZERO))
                .toList());

    LogMessage message = only(messages());

    assertThat(message.kind()).isEqualTo(Kind.RECORD);
    assertThat(message.entries())
        .containsExactlyInAnyOrder(
            new Entry("1", 1, 1, Outcome.COMPLETED, true, Shop.RUN),
            new Entry("2", 1, 1, Outcome.COMPLETED, false, Shop.RUN));
  }

  @Test
  void saysWhichAttemptsWereAbandoned() {
    shop.claim(Contract.IDEMPOTENT, 1);
    messages();
    shop.rescues().abandon(Contract.IDEMPOTENT, Duration.ofHours(1), 10, "r1");

    LogMessage message = only(messages());

    assertThat(message)
        .isEqualTo(
            new LogMessage(
                Kind.RECORD, List.of(new Entry("1", 1, 0, Outcome.LOST, true, Shop.RUN))));
  }

  @Test
  void saysWhichOrdersAreDue() {
    shop.record(shop.claim(Contract.IDEMPOTENT, 1), Outcome.RETRY);
    messages();
    shop.rescues().queueDue(Duration.ofMinutes(1), 10);

    LogMessage message = only(messages());

    assertThat(message)
        .isEqualTo(new LogMessage(Kind.DUE, List.of(new Entry("1", 0, 0, null, false, Shop.RUN))));
  }

  @Test
  void saysNothingWhereNothingWasDone() {
    shop.ownerSets(1, "COMPLETED");
    shop.ownerSets(2, "CANCELLED");

    shop.claims(Contract.NEITHER).claim(Shop.WORKER, Shop.due(1, 2, 3));
    shop.rescues().abandon(Contract.NEITHER, Duration.ofHours(1), 10, "r1");
    shop.rescues().queueDue(Duration.ofMinutes(1), 10);

    assertThat(messages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "[]",
        "{}",
        "{\"kind\":\"OTHER\",\"entries\":[]}",
        "{\"kind\":\"RECORD\",\"entries\":[[\"1\",1,1,\"LOVELY\",true,7]]}",
        "{\"kind\":\"RECORD\",\"entries\":["
      })
  void refusesBytesThatAreNoMessage(String text) {
    assertThatThrownBy(() -> LogMessage.parse(text.getBytes(UTF_8)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a logical message of Duly is unreadable");
  }

  /** The messages since the last call, as test_decoding prints them. */
  private List<LogMessage> messages() {
    return shop
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .select(
                        "SELECT data FROM pg_logical_slot_get_changes(?, NULL, NULL) WHERE data LIKE 'message:%prefix: duly, %'",
                        SLOT)
                    .mapTo(String.class)
                    .list())
        .stream()
        .map(data -> data.substring(data.indexOf(CONTENT) + CONTENT.length()))
        .map(content -> LogMessage.parse(content.getBytes(UTF_8)))
        .toList();
  }

  private static LogMessage only(List<LogMessage> messages) {
    assertThat(messages).hasSize(1);
    return messages.get(0);
  }
}
