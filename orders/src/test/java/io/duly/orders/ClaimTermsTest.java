package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimTermsTest {
  @Test
  void stopsRetriesATwelfthOfTheRetentionEarlier() {
    Settings settings =
        Settings.of(
            Map.of(
                "api.contract", "lookup", "api.key-retention", "24h", "retry.max-attempts", "3"));

    ClaimTerms terms = ClaimTerms.of(settings);

    assertThat(terms).isEqualTo(new ClaimTerms(Contract.LOOKUP, Duration.ofHours(22), 3));
  }

  @Test
  void asksForTheContract() {
    assertThatThrownBy(() -> ClaimTerms.of(Settings.of(Map.of())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("api.contract");
  }

  @Test
  void allowsAtLeastOneAttempt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClaimTerms(Contract.NEITHER, Duration.ZERO, 0))
        .withMessage("maxAttempts=0 must be at least 1");
  }
}
