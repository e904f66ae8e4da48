package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.api.ApiRequest;
import io.duly.orders.Claim;
import io.duly.orders.Contract;
import io.duly.orders.DueOrder;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Outcome;
import io.duly.orders.Pauses;
import io.duly.orders.Permits;
import io.duly.orders.RunControl;
import io.duly.orders.WorkerTable;
import io.duly.orders.WorkerTable.Pulse;
import io.duly.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class ClearanceTest {
  private static final Duration SEND_WINDOW = Duration.ofSeconds(30);
  private static final Duration SUSPENSION = Duration.ofMinutes(1);

  private final FakeApi api = new FakeApi();
  private final List<Answered> answered = new ArrayList<>();
  private Duration ahead = Duration.ZERO;
  private final InstantSource time = () -> Instant.now().plus(ahead);
  private Liveness liveness;
  private Gate gate;
  private Calls calls;

  @BeforeEach
  void open(Shop shop) {
    gate =
        new Gate(
            new Permits(shop.jdbi()),
            new Pauses(shop.jdbi()),
            GateSettings.of(shop.settings("api.url", "http://localhost:1/orders")),
            time);
    liveness = new Liveness(new WorkerTable(shop.jdbi()), "ann", Duration.ofHours(1), time);
    OpenRuns runs = new OpenRuns(new RunControl(shop.jdbi()), () -> {});
    calls =
        new Calls(
                api,
                new IdempotencyKeys("test", "orders"),
                new Clearance(SEND_WINDOW, runs, liveness, gate),
                new Verdicts(
                    Contract.LOOKUP,
                    new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(2)),
                    new Random(1)),
                gate::learn,
                answered::add)
            .allow(new Concurrency(1, 1));
  }

  @AfterEach
  void close() {
    gate.close();
  }

  /** Claims two orders; the call of the first is under way and nothing of it is written. */
  private ApiRequest claim() {
    Moment claimed = liveness.now();
    calls.add(List.of(planned("1", claimed), planned("2", claimed)));
    return api.requests.get(0);
  }

  private static Planned planned(String id, Moment claimed) {
    Claim claim = new Claim(new DueOrder(id, 7, 0, 1), 1, UUID.randomUUID(), 0, "{}");
    return new Planned(claim, claimed, claimed.nanos());
  }

  @Test
  void nothingIsSentOfWhatWasClaimedBeforeTheMachineWasSuspended() {
    ApiRequest request = claim();
    assertThat(request.maySend().getAsBoolean()).isTrue();

    ahead = SUSPENSION;
    liveness.beat(Pulse.NONE);

    assertThat(request.maySend().getAsBoolean()).isFalse();
    calls.startDue();
    assertThat(answered).extracting(each -> each.claim().orderId()).containsExactly("2");
    assertThat(answered.get(0).result().outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    assertThat(answered.get(0).result().calls()).isZero();
  }

  @Test
  void aTimeOfDayThatIsPutBackProlongsAndShortensNothing() {
    ApiRequest request = claim();

    ahead = SUSPENSION.negated();

    assertThat(request.maySend().getAsBoolean()).isTrue();
  }
}
