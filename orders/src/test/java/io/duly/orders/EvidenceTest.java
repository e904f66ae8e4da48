package io.duly.orders;

import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.AttemptResult.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is kept of the API's answers. */
@ExtendWith(ShopExtension.class)
class EvidenceTest {
  private final Shop shop;

  EvidenceTest(Shop shop) {
    this.shop = shop;
  }

  private String evidence() {
    return shop.ask(
        "SELECT concat(concat_ws(' ', order_id, attempt, token, kind), ': ', detail) FROM duly.evidence",
        String.class);
  }

  @Test
  void keepsNoEvidenceOfAnAnswerThatIsRecordedAgain() {
    shop.pending(1);
    Claim claim = shop.claim(NEITHER, 1);
    shop.record(claim, Outcome.COMPLETED);

    List<Recorded> again = shop.record(claim, Outcome.COMPLETED);

    assertThat(again).isEmpty();
    assertThat(shop.count("duly.evidence")).isZero();
  }

  @Test
  void keepsBothOfTwoAnswersInOneBatch() {
    shop.pending(1);
    Claim claim = shop.claim(NEITHER, 1);
    Claim forged = new Claim(claim.due(), 1, UUID.randomUUID(), 0, "");

    List<Recorded> recorded =
        shop.records()
            .record(
                Shop.WORKER,
                List.of(
                    Shop.result(claim, Outcome.COMPLETED, Duration.ZERO),
                    Shop.result(forged, Outcome.FAILED, Duration.ZERO)))
            .recorded();

    assertThat(recorded).hasSize(1);
    assertThat(shop.status(1)).isEqualTo("COMPLETED");
    assertThat(evidence())
        .isEqualTo("1 1 " + forged.token() + " late answer: FAILED 200 said FAILED ref-1");
  }

  @Test
  void keepsTheFieldsOfAnAnswer() {
    shop.pending(1);
    Claim claim = shop.claim(NEITHER, 1);
    Answer answer = new Answer(200, null, "r-1", Map.of("fee", "1.20", "name", "a \"b\""));

    shop.records()
        .record(
            Shop.WORKER,
            List.of(
                new AttemptResult(
                    "1", 1, claim.token(), Outcome.COMPLETED, 1, answer, Duration.ZERO)));

    ResultEvent event =
        new Results(shop.jdbi(), shop.table())
            .find(List.of("1"), List.of(1), List.of(1))
            .get(0)
            .event();
    assertThat(event.fields()).isEqualTo(answer.fields());
  }
}
