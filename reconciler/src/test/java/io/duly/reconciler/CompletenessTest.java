package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Run;
import io.duly.orders.RunTable;
import io.duly.orders.Skips;
import io.duly.orders.Strangers;
import io.duly.orders.Topics;
import io.duly.reconciler.SitesExtension.Sites;
import io.duly.runtime.KafkaClients;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is found of a run that others have closed since it was read. */
@ExtendWith(SitesExtension.class)
class CompletenessTest {
  private static final String LISTED =
      "SELECT string_agg(order_id || ' ' || reason, ', ' ORDER BY order_id) FROM duly.skipped";

  private Site site;

  @BeforeEach
  void open(Sites sites) {
    site = sites.open();
    site.workers().publish(ORDERS);
    site.execute(
        "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}'");
    site.execute("INSERT INTO duly.skipped VALUES (1, 7, 'DELETED')");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void theListOfARunThatIsClosedStaysAsItWas() {
    Run asItWas = new RunTable(site.jdbi()).find(1).orElseThrow();
    site.execute("UPDATE duly.run SET state = 'CLOSED'");
    site.execute("UPDATE orders SET status = 'CANCELLED' WHERE id = 8");

    assertThat(check(asItWas)).isEmpty();

    assertThat(site.text(LISTED)).isEqualTo("7 DELETED");
    assertThat(site.count("SELECT count(*) FROM duly.retry")).isZero();
  }

  @Test
  void theListOfARunThatIsNotClosedIsMadeAnew() {
    Run run = new RunTable(site.jdbi()).find(1).orElseThrow();
    site.execute("UPDATE orders SET status = 'CANCELLED' WHERE id = 8");

    assertThat(check(run)).contains(new Completeness.Account(ORDERS - 1, true));

    assertThat(site.text(LISTED)).isEqualTo("8 CANCELLED");
    assertThat(site.count("SELECT count(*) FROM duly.retry")).isEqualTo(ORDERS - 1);
  }

  private Optional<Completeness.Account> check(Run run) {
    KafkaClients kafka = new KafkaClients(site.settings());
    try (RunRecords records =
        new RunRecords(
            kafka.reader("test"),
            Topics.of(site.settings()).due(),
            () -> 1,
            site.table().idType())) {
      return new Completeness(
              records,
              new Skips(site.jdbi(), site.table()),
              new Strangers(site.jdbi(), site.table()))
          .check(run);
    }
  }
}
