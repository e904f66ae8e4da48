package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.api.ApiRequest;
import io.duly.orders.Claim;
import io.duly.orders.Contract;
import io.duly.orders.DueOrder;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Outcome;
import io.duly.runtime.Backoff;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final long SEND_WINDOW = Duration.ofSeconds(5).toNanos();

  private final FakeApi api = new FakeApi();
  private final List<Answered> answered = new ArrayList<>();
  private boolean maySend = true;
  private final Calls calls =
      new Calls(
              api,
              new IdempotencyKeys("test", "orders"),
              (planned, instant) -> maySend && instant - planned.claimedNanos() < SEND_WINDOW,
              new Verdicts(
                  Contract.NEITHER,
                  new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(2)),
                  new Random(1)),
              (planned, answer) -> {},
              answered::add)
          .allow(new Concurrency(2, 2));

  private static List<Planned> planned(int count, Duration in) {
    Moment now = Moment.now(InstantSource.system());
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            id ->
                new Claim(
                    new DueOrder(String.valueOf(id), 1, id % 2, id), 1, UUID.randomUUID(), 0, "{}"))
        .map(claim -> new Planned(claim, now, now.nanos() + in.toNanos()))
        .toList();
  }

  @Test
  void neverMoreThanAllowedAreUnderWay() {
    calls.add(planned(5, Duration.ZERO));
    assertThat(api.underway).containsOnlyKeys("1", "2");

    api.execute("2");

    assertThat(api.underway).containsOnlyKeys("1", "3");
    assertThat(answered).extracting(each -> each.claim().orderId()).containsExactly("2");
  }

  @Test
  void aCallWaitsForItsInstant() {
    calls.add(planned(1, Duration.ofHours(1)));

    calls.startDue();

    assertThat(api.underway).isEmpty();
  }

  @Test
  void unsentClaimsOfAPartitionAreGivenBack() {
    calls.add(planned(5, Duration.ZERO));

    calls.release(claim -> claim.due().partition() == 1);

    assertThat(answered).extracting(each -> each.claim().orderId()).containsExactly("3", "5");
    assertThat(answered).extracting(each -> each.result().outcome()).containsOnly(Outcome.RELEASED);
  }

  @Test
  void eachClaimEndsOnce() {
    calls.add(planned(20, Duration.ZERO));

    while (!api.underway.isEmpty()) {
      api.execute(api.underway.keySet().iterator().next());
    }

    assertThat(answered)
        .extracting(each -> each.claim().orderId())
        .doesNotHaveDuplicates()
        .hasSize(20);
  }

  @Test
  void eachClaimEndsOnceHoweverCallsEndAndClaimsAreGivenBack() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    calls.add(planned(300, Duration.ZERO));

    while (!api.underway.isEmpty()) {
      assertThat(api.underway).hasSizeLessThanOrEqualTo(2);
      if (random.nextInt(20) == 0) {
        calls.release(claim -> random.nextInt(30) == 0);
      }
      api.executeNext();
    }

    assertThat(answered).extracting(each -> each.claim().orderId()).doesNotHaveDuplicates();
    assertThat(answered).as("seed " + seed).hasSize(300);
    assertThat(calls.spare()).isEqualTo(2);
  }

  @Test
  void aCallUnderWayIsNotGivenBack() {
    calls.add(planned(2, Duration.ZERO));

    calls.release(claim -> true);

    assertThat(answered).isEmpty();
    assertThat(api.underway).containsOnlyKeys("1", "2");
  }

  @Test
  void aCallWhoseInstantHasComeStarts() {
    calls.add(planned(1, Duration.ofSeconds(1)));
    assertThat(calls.untilNext()).isBetween(-1L, Duration.ofSeconds(1).toNanos());

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              calls.startDue();
              return !api.underway.isEmpty();
            });

    assertThat(calls.untilNext()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whetherACallMayBeSentIsAskedWhenItIsSentNotWhenItIsPlanned() {
    calls.add(planned(1, Duration.ZERO));
    ApiRequest request = api.requests.get(0);
    assertThat(request.maySend().getAsBoolean()).isTrue();

    maySend = false;

    assertThat(request.maySend().getAsBoolean()).isFalse();
  }

  @Test
  void theKeyOfAnOrderStaysTheSameOverItsAttempts() {
    calls.add(planned(1, Duration.ZERO));
    api.execute("1");

    calls.add(planned(1, Duration.ZERO));

    assertThat(api.requests).hasSize(2).extracting(ApiRequest::key).containsOnly(keyOf("1"));
  }

  private static UUID keyOf(String orderId) {
    return new IdempotencyKeys("test", "orders").of(orderId, 0);
  }

  @Test
  void claimsAheadOnlyWhileCallsAreQuick() {
    assertThat(calls.room()).as("slow until proved otherwise").isEqualTo(2);

    calls.add(planned(40, Duration.ZERO));
    while (!api.underway.isEmpty()) {
      api.execute(api.underway.keySet().iterator().next());
    }

    assertThat(calls.room()).as("as many more as may be under way").isEqualTo(4);
  }

  @Test
  void aCallThatWasTurnedAwayIsRepeatedWithinItsAttempt() {
    calls.add(planned(1, Duration.ZERO));

    api.turnAway("1", Duration.ofMillis(20));
    assertThat(answered).isEmpty();
    awaitCall();
    api.execute("1");

    assertThat(answered).hasSize(1);
    assertThat(answered.get(0).result().outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(answered.get(0).result().calls()).as("requests").isEqualTo(2);
    assertThat(api.requests).extracting(ApiRequest::key).containsOnly(keyOf("1"));
  }

  private void awaitCall() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              calls.startDue();
              return !api.underway.isEmpty();
            });
  }

  @Test
  void aWaitThatDoesNotFitIntoTheTimeToSendGoesThroughTheRetryRow() {
    calls.add(planned(1, Duration.ZERO));

    api.turnAway("1", Duration.ofSeconds(6));

    assertThat(answered)
        .extracting(each -> each.result().outcome())
        .containsExactly(Outcome.NOT_EXECUTED);
    assertThat(answered.get(0).result().retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(6));
    assertThat(calls.isIdle()).isTrue();
  }

  @Test
  void aWaitingClaimThatMayNotBeSentAnyMoreEndsUnsent() {
    calls.add(planned(5, Duration.ZERO));

    maySend = false;
    calls.startDue();

    assertThat(api.requests).hasSize(2);
    assertThat(answered).extracting(each -> each.claim().orderId()).containsExactly("3", "4", "5");
    assertThat(answered).extracting(each -> each.result().calls()).containsOnly(0);
  }

  @Test
  void aCallWhosePermitExpiredTakesANewOneInsteadOfBunching() {
    long now = System.nanoTime();
    Planned late = planned(1, Duration.ZERO).get(0).permitted(now - 2000, now - 1000);
    Planned atItsWrite = planned(2, Duration.ZERO).get(1).permitted(now, now + SEND_WINDOW / 100);
    calls.add(List.of(late, atItsWrite));
    assertThat(api.underway).as("the one is late before its call").containsOnlyKeys("2");
    ApiRequest request = api.requests.get(0);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !request.maySend().getAsBoolean());

    api.withhold("2");

    assertThat(answered).isEmpty();
    assertThat(calls.unpermitted(any -> true)).isEqualTo(2);
    assertThat(calls.takeUnpermitted(5, any -> true))
        .extracting(each -> each.claim().orderId())
        .containsExactly("1", "2");
  }
}
