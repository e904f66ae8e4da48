package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderRequestTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"id\":7}; 7",
        "{\"id\":\"a b\"}; a b",
        "{\"customer\":{\"id\":1},\"lines\":[{\"id\":2}],\"id\":3}; 3",
        "{\"id\":12345678901234567890}; 12345678901234567890",
      })
  void findsTheOrdersId(String body, String id) throws Exception {
    assertThat(OrderRequest.orderId(bytes(body))).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{",
        "{}",
        "{\"id\":null}",
        "{\"id\":\"\"}",
        "{\"id\":{}}",
        "{\"id\":1}x",
        "{\"id\":1} {}",
        "{\"id\":1,}",
      })
  void refusesABodyWithoutOne(String body) {
    assertThatThrownBy(() -> OrderRequest.orderId(bytes(body))).isInstanceOf(IOException.class);
  }

  private static byte[] bytes(String body) {
    return body.getBytes(StandardCharsets.UTF_8);
  }
}
