package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.RunControl;
import io.duly.reconciler.SitesExtension.Sites;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An ingest that stood still publishes a page of a run that has got its verdict meanwhile, and
 * finds that out afterwards.
 */
@ExtendWith(SitesExtension.class)
class AfterTheVerdictTest {
  private static final String CLOSED = "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'";
  private static final String VERDICTS =
      "SELECT count(*) FROM duly.run WHERE state = 'CANCELLED' AND unclaimed IS NOT NULL";

  private Site site;

  @BeforeEach
  void open(Sites sites) {
    site = sites.with(Map.of("api.contract", "neither"));
    site.workers().publish(ORDERS);
  }

  @AfterEach
  void close() {
    site.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UPDATE duly.run SET selected = 50, last_id = 50, start_offsets = '{0}' | 50
          UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}' | 50
          UPDATE duly.run SET state = 'OPEN' | 0
          """)
  void whatIsPublishedAfterTheVerdictOfACancelledRunIsNotOfIt(String before, long selected)
      throws Exception {
    site.execute(before);
    site.execute("UPDATE duly.run SET owner = ''");
    RunControl control = new RunControl(site.jdbi());
    assertThat(control.cancel(1, "the wrong day", "Ann")).isEqualTo(RunControl.Reply.DONE);
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(VERDICTS, 1);
      assertThat(reconciler.failures()).isEmpty();
    }

    site.workers().publish(ORDERS + 10);

    assertThat(site.count("SELECT selected FROM duly.run")).isEqualTo(selected);
    assertThat(site.verify(null).findings()).isEmpty();
  }

  @Test
  void whatIsPublishedAfterTheVerdictOfAClosedRunIsNotOfIt() throws Exception {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    site.execute(
        "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}'");
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }

    site.workers().publish(ORDERS + 10);

    assertThat(site.verify(null).findings()).isEmpty();
  }
}
