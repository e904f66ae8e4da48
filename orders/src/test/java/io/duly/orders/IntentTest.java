package io.duly.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntentTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "no JSON",
        "{}",
        "{\"worker\":\"w\"}",
        "{\"worker\":\"w\",\"claims\":[{}]}",
        "{\"worker\":\"w\",\"claims\":[{\"order\":\"1\",\"attempt\":1}]}",
        "{\"claims\":[]}"
      })
  void whatIsNoIntentIsRefusedAsUnreadable(String text) {
    assertThatThrownBy(() -> Intent.parse(text.getBytes(UTF_8)))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void aTombstoneIsRefusedAsUnreadable() {
    assertThatThrownBy(() -> Intent.parse(null)).isInstanceOf(UncheckedIOException.class);
  }
}
