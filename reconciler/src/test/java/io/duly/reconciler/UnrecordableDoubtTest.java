package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.api.ApiAnswer;
import io.duly.api.ApiRequest;
import io.duly.api.LookupAnswer;
import io.duly.api.LookupRequest;
import io.duly.api.OrderApi;
import io.duly.orders.Doubts;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Outcome;
import io.duly.orders.Records;
import io.duly.reconciler.SitesExtension.Sites;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SitesExtension.class)
class UnrecordableDoubtTest {
  private static final String IN_DOUBT =
      "SELECT string_agg(order_id::text, ',') FROM duly.attempt WHERE outcome = 'IN_DOUBT'";

  /** An API that has executed all, and whose references bear what no database can store. */
  private static final class Executing implements OrderApi {
    @Override
    public CompletionStage<ApiAnswer> process(ApiRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
      return CompletableFuture.completedFuture(
          new LookupAnswer.Executed(false, "r\u0000" + request.orderId()));
    }

    @Override
    public void close() {}
  }

  @Test
  void anAnswerThatCannotBeRecordedHoldsUpNoOther(Sites sites) {
    try (Site site = sites.with(Map.of("api.contract", "lookup", "reconciler.interval", "10ms"))) {
      site.workers().record("worker", site.workers().claimAll("worker"), Outcome.IN_DOUBT);
      site.execute("UPDATE duly.attempt SET claimed_at = claimed_at - interval '1 hour'");
      site.refuse(7, "COMPLETED");
      AtomicLong uptime = new AtomicLong();
      ClockWatch clock = new ClockWatch(() -> Instant.EPOCH.plusNanos(uptime.get()), uptime::get);
      clock.look();
      uptime.set(Duration.ofHours(1).toNanos());
      DoubtSettler settler =
          new DoubtSettler(
              site.settings(),
              new Executing(),
              new IdempotencyKeys("test", "orders"),
              new Doubts(site.jdbi(), site.table()),
              new Records(site.jdbi(), site.table(), Site.SLOT),
              clock);

      site.await("settled", () -> remains(site, settler) == 1);

      assertThat(site.text(IN_DOUBT)).isEqualTo("7");
      assertThat(site.text("SELECT reference FROM duly.attempt WHERE order_id = 50"))
          .isEqualTo("r\uFFFD50");
      site.execute("DROP TRIGGER refuse ON orders");
      site.await("settled", () -> remains(site, settler) == 0);
      assertThat(site.count("SELECT sum(completed) FROM duly.run_counter")).isEqualTo(ORDERS);
    }
  }

  /** How many doubts there are after a pass, whether or not it failed. */
  private static long remains(Site site, DoubtSettler settler) {
    try {
      settler.once();
    } catch (RuntimeException e) {
      assertThat(e).hasStackTraceContaining("refused");
    }
    return site.count("SELECT count(*) FROM duly.attempt WHERE outcome = 'IN_DOUBT'");
  }
}
