package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiFormsTest {
  @ParameterizedTest
  @CsvSource(
      value = {
        "api.success-pointer | /status/0/code",
        "api.response-fields | receipt=/receipt/number, amount = /amount",
        "api.url | https://shop.example:8443/v1/{account}/{id}?key={key}",
        "api.auth-token-url | https://shop.example/token",
        "api.option.anything | x",
        "api.header.X-Tenant | {tenant}",
      },
      delimiter = '|')
  void takesWhatIsWellFormed(String setting, String value) {
    assertThatCode(() -> Settings.of(Map.of(setting, value))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "api.success-pointer | status | no JSON pointer",
        "api.response-fields | receipt | no list of name=pointer",
        "api.response-fields | receipt=number | no list of name=pointer",
        "api.response-fields | a=/a,,b=/b | no list of name=pointer",
        "api.url | ftp://shop.example | no http or https URL",
        "api.url | https://{host}/ | leaves the host to the order",
        "api.url | https://shop.{host}/ | leaves the host to the order",
        "api.url | https://shop/{id | setting api.url",
        "api.auth-token-url | https://shop/{id} | setting api.auth-token-url",
        "api.auth | kerberos | api.auth",
        "api.http-version | 3 | api.http-version",
        "api.headers.x | y | unknown",
      },
      delimiter = '|')
  void refusesWhatIsNot(String setting, String value, String message) {
    assertThatThrownBy(() -> Settings.of(Map.of(setting, value)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @Test
  void readsAHeaderFromTheEnvironment() {
    Settings settings =
        SettingsLoader.load(null, Map.of("DULY_API_HEADER_X_TENANT", "t1"), Map.of());

    assertThat(settings.under("api.header.")).isEqualTo(Map.of("x-tenant", "t1"));
  }
}
