package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SuspectsTest {
  private final Suspects suspects = new Suspects();

  @Test
  void threeDifferentOrdersInARowAreTooMany() {
    assertThat(suspects.areTooManyWith("1")).isFalse();
    assertThat(suspects.areTooManyWith("2")).isFalse();

    assertThat(suspects.areTooManyWith("3")).isTrue();
  }

  @Test
  void theSameOrdersAreNeverTooMany() {
    for (int i = 0; i < 10; i++) {
      assertThat(suspects.areTooManyWith("1")).isFalse();
      assertThat(suspects.areTooManyWith("2")).isFalse();
    }
  }

  @Test
  void ordersThatWereTurnedAwayWhileOthersWereAcceptedAreNotCountedAgain() {
    for (int id = 1; id <= 10; id++) {
      assertThat(suspects.areTooManyWith("bad " + id)).isFalse();
      suspects.accepted();
    }

    for (int id = 1; id <= 10; id++) {
      assertThat(suspects.areTooManyWith("bad " + id)).isFalse();
    }
    suspects.areTooManyWith("1");
    suspects.areTooManyWith("2");
    assertThat(suspects.areTooManyWith("3")).as("others are").isTrue();
  }

  @Test
  void afterAPauseTheyAreCountedAnew() {
    suspects.areTooManyWith("1");
    suspects.areTooManyWith("2");
    suspects.areTooManyWith("3");

    suspects.forget();

    assertThat(suspects.areTooManyWith("1")).isFalse();
    assertThat(suspects.areTooManyWith("2")).isFalse();
    assertThat(suspects.areTooManyWith("3")).isTrue();
  }

  @Test
  void aThousandOrdersAreRemembered() {
    for (int id = 1; id <= 1_001; id++) {
      suspects.areTooManyWith("bad " + id);
      suspects.accepted();
    }

    suspects.areTooManyWith("1");
    suspects.areTooManyWith("2");

    assertThat(suspects.areTooManyWith("bad 2")).as("remembered").isFalse();
    assertThat(suspects.areTooManyWith("bad 1")).as("forgotten").isTrue();
  }
}
