package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Claim;
import io.duly.orders.Contract;
import io.duly.orders.DueOrder;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Permits;
import io.duly.runtime.Backoff;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class QuotaTest {
  private static final int OF_A_DAY = 2;

  private final FakeApi api = new FakeApi();
  private Shop shop;
  private Quota quota;
  private Calls calls;

  @BeforeEach
  void open(Shop given) {
    shop = given;
    quota = new Quota(new Permits(shop.jdbi()), OF_A_DAY, ZoneOffset.UTC);
    calls =
        new Calls(
                api,
                new IdempotencyKeys("test", "orders"),
                (planned, instant) -> true,
                new Verdicts(
                    Contract.NEITHER,
                    new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(2)),
                    new Random(1)),
                (planned, answer) -> {},
                quota::learn)
            .allow(new Concurrency(1, 1))
            .withoutRepeats();
  }

  private static List<Planned> planned(int count) {
    Moment now = Moment.now(InstantSource.system());
    return IntStream.rangeClosed(1, count)
        .mapToObj(id -> new DueOrder(String.valueOf(id), 1, 0, id))
        .map(due -> new Planned(new Claim(due, 1, UUID.randomUUID(), 0, "{}"), now, now.nanos()))
        .toList();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(40)).until(condition);
  }

  @Test
  void aCallWithoutARequestIsOneMoreForOthers() {
    assertThat(quota.draw(3)).isEqualTo(OF_A_DAY);
    calls.add(planned(2));

    api.withhold("1");
    api.execute("2");

    assertThat(quota.draw(3)).isEqualTo(1);
  }

  @Test
  void aCallThatTakesANewPermitIsNotDrawnTwiceAndGivesNothingBack() {
    assertThat(quota.draw(3)).isEqualTo(OF_A_DAY);
    long now = System.nanoTime();
    calls.add(List.of(planned(1).get(0).permitted(now, now + 50_000_000)));
    await(() -> !api.requests.get(0).maySend().getAsBoolean());

    api.withhold("1");

    assertThat(calls.unpermitted(any -> true)).isEqualTo(1);
    assertThat(quota.draw(1)).isZero();
  }

  @Test
  void aClaimThatIsReleasedUnsentGivesItsCallBack() {
    assertThat(quota.draw(3)).isEqualTo(OF_A_DAY);
    calls.add(planned(2));

    calls.release(any -> true);

    assertThat(quota.draw(3)).as("the other is under way").isEqualTo(1);
  }

  @Test
  void claimsThatFailWasteNothingOfTheDay() {
    refuse("BEFORE INSERT ON duly.attempt FOR EACH STATEMENT");
    shop.due(20);

    try (MoodyApi answering = MoodyApi.thatAnswers(200);
        Worker worker = shop.worker(answering.url(), "api.daily-quota", "20")) {
      await(() -> shop.ask("SELECT is_called FROM refusals", Boolean.class));
      shop.execute("DROP TRIGGER refusal ON duly.attempt");
      await(() -> shop.settled() == 20);
      assertThat(worker.isAlive()).isTrue();
    }
  }

  @Test
  void whatIsClaimedIsCalledAlsoWhereTheRestCannotBeGivenBack() {
    refuse("BEFORE UPDATE ON duly.permit FOR EACH ROW WHEN (NEW.quota_used < OLD.quota_used)");
    shop.due(20);
    shop.execute("UPDATE orders SET status = 'CANCELLED' WHERE id <= 10");

    try (MoodyApi answering = MoodyApi.thatAnswers(200);
        Worker worker = shop.worker(answering.url(), "api.daily-quota", "20")) {
      await(() -> shop.count("COMPLETED") == 10);
      assertThat(worker.isAlive()).isTrue();
    }
  }

  /** Lets statements fail that come {@code when}. */
  private void refuse(String when) {
    shop.execute("CREATE SEQUENCE refusals"); // what counts in vain counts here all the same
    shop.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM nextval(''refusals''); RAISE EXCEPTION ''not now'' USING ERRCODE = ''disk_full''; END'
        """);
    shop.execute("CREATE TRIGGER refusal " + when + " EXECUTE FUNCTION refuse()");
  }
}
