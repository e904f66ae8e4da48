package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An order that is turned away was not executed, and yet does not go round for ever. */
@ExtendWith(ShopExtension.class)
class TurnedAwayTest {
  private Shop shop;
  private Claims claims;

  @BeforeEach
  void open(Shop given) {
    shop = given;
    shop.pending(1);
  }

  private Claim claim() {
    return claims.claim(Shop.WORKER, Shop.due(1)).claims().get(0);
  }

  @ParameterizedTest
  @EnumSource(Contract.class)
  void isSentAgainUnderEachContractAndLeftToAPersonAfterTheLastAttempt(Contract contract) {
    claims = shop.claims(new ClaimTerms(contract, Duration.ofDays(1), 2));
    shop.record(claim(), Outcome.TURNED_AWAY);
    shop.execute("UPDATE orders SET total_price = total_price + 1 WHERE id = 1");
    shop.record(claim(), Outcome.TURNED_AWAY);

    Refusal refusal = shop.refusal(claims, 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
    assertThat(shop.attempt(1, 3, "reason")).isEqualTo("attempts exhausted");
    assertThat(shop.status(1)).isEqualTo("IN_DOUBT");
  }

  @ParameterizedTest
  @EnumSource(Contract.class)
  void isSentAgainWhereAPersonDecidesSo(Contract contract) {
    claims = shop.claims(new ClaimTerms(contract, Duration.ofDays(1), 1));
    shop.record(claim(), Outcome.TURNED_AWAY);
    shop.refusal(claims, 1);
    shop.decideRetry(1, contract == Contract.IDEMPOTENT ? 0 : 1);

    Claim again = claim();

    assertThat(again.attempt()).isEqualTo(3);
  }
}
