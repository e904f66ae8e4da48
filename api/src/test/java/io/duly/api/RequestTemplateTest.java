package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leaves for an order, byte by byte. */
@Timeout(30)
class RequestTemplateTest {
  private static final UUID KEY = UUID.fromString("f86e2ad6-a899-5a8e-8397-d78abc3c2565");
  private static final String COLUMNS =
      "{\"id\":7,\"account\":\"a/b?c#ü&=%\",\"amount\":10.50,\"paid\":true,\"note\":null,"
          + "\"text\":\"x\\\"},{\\\"admin\\\":\\\"1\",\"line\":\"a\\r\\nX-Evil: 1\",\"tags\":[1,{\"a\":2}]}";

  private FaultServer server;

  @BeforeEach
  void start() throws Exception {
    server = FaultServer.start();
    server.answer("200 OK", "{}");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void fillsPathAndQueryPercentEncoded() throws Exception {
    String request =
        sent(Map.of("api.url", server.url() + "/{account}/{id}?k={key}&n={note}&a={amount}"));

    assertThat(request)
        .startsWith("POST /a%2Fb%3Fc%23%C3%BC%26%3D%25/7?k=" + KEY + "&n=&a=10.50 HTTP/1.1\r\n");
  }

  @Test
  void sendsTheColumnsAsTheyAreWithoutATemplate() throws Exception {
    assertThat(sent(Map.of("api.method", "PUT", "api.url", server.url())))
        .startsWith("PUT / HTTP/1.1\r\n")
        .endsWith("\r\n\r\n" + latin(COLUMNS));
  }

  @Test
  void fillsTheBodyWithTypesAndWithoutInjection() throws Exception {
    String template =
        "{\"order\":\"{id}\",\"sum\":{\"value\":\"{amount}\",\"of\":[\"{paid}\",\"{tags}\",1.0]},"
            + "\"note\":\"{note}\",\"memo\":\"no {id}: {text}{note}\",\"key\":\"{key}\",\"x\":null}";

    String request =
        sent(Map.of("api.method", "PATCH", "api.url", server.url(), "api.body", template));

    assertThat(request)
        .startsWith("PATCH / HTTP/1.1\r\n")
        .endsWith(
            "\r\n\r\n{\"order\":\"7\",\"sum\":{\"value\":10.50,\"of\":[true,[1,{\"a\":2}],1.0]},"
                + "\"note\":null,\"memo\":\"no 7: x\\\"},{\\\"admin\\\":\\\"1\",\"key\":\""
                + KEY
                + "\",\"x\":null}");
  }

  @Test
  void fillsHeadersOnOneLine() throws Exception {
    String request =
        sent(
            Map.of(
                "api.url", server.url(),
                "api.header.X-Line", "l={line}",
                "api.header.content-type", "application/vnd.shop+json",
                "api.header.X-Order", "{id}"));

    assertThat(request)
        .containsIgnoringCase("\r\nX-Line: l=a  X-Evil: 1\r\n")
        .containsIgnoringCase("\r\nX-Order: 7\r\n")
        .containsIgnoringCase("\r\nContent-Type: application/vnd.shop+json\r\n")
        .doesNotContain("application/json");
  }

  @Test
  void asksByTheLookupsTemplate() throws Exception {
    Map<String, String> settings =
        Map.of(
            "api.url", server.url(),
            "api.lookup-method", "POST",
            "api.lookup-url", server.url() + "/find?id={id}",
            "api.lookup-body", "{\"key\":\"{key}\"}",
            "api.header.X-Tenant", "t1",
            "api.header.X-Line", "{line}");

    try (HttpOrderApi api = open(settings)) {
      Call.lookup(api, "a b");
    }

    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().get(0))
        .startsWith("POST /find?id=a%20b HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nX-Tenant: t1\r\n")
        .doesNotContainIgnoringCase("X-Line")
        .endsWith("\r\n\r\n{\"key\":\"" + KEY + "\"}");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "api.url; http://127.0.0.1/{nothing}",
        "api.body; {\"a\":[\"x{nothing}\"]}",
        "api.header.X; {nothing}",
      },
      delimiter = ';')
  void sendsNothingWhereAColumnIsMissing(String setting, String template) throws Exception {
    Map<String, String> settings = new HashMap<>(Map.of("api.url", server.url()));
    settings.put(setting, template);

    try (HttpOrderApi api = open(settings)) {
      ApiAnswer answer = Call.process(api, new ApiRequest("7", KEY, COLUMNS, () -> true));

      assertThat(answer)
          .isEqualTo(
              new ApiAnswer.Misconfigured(
                  null, "a template of the API's request names {nothing}: no such column"));
    }
    assertThat(server.requests()).isEmpty();
    settings.put("orders.body-columns", "id,amount");
    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("{nothing}");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "api.body; {\"a\":; api.body is no JSON",
        "api.lookup-url; http://127.0.0.1/{amount}; {amount}",
        "api.header.Host; x; no header that can be set",
        "api.header.X Y; x; no header that can be set",
        "api.url; http://{account}.shop/; leaves the host to the order",
        "api.url; http://shop:{account}/x; leaves the host to the order",
        "api.url; {account}; leaves the host to the order",
        "api.method; GET; api.method",
      },
      delimiter = ';')
  void refusesATemplateThatCannotBe(String setting, String value, String message) {
    Map<String, String> settings = new HashMap<>(Map.of("api.url", server.url()));
    settings.put(setting, value);

    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  private String sent(Map<String, String> settings) throws Exception {
    try (HttpOrderApi api = open(settings)) {
      Call.process(api, new ApiRequest("7", KEY, COLUMNS, () -> true));
    }
    List<String> requests = server.requests();
    assertThat(requests).hasSize(1);
    return requests.get(0);
  }

  private static String latin(String text) {
    return new String(
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static HttpOrderApi open(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(Map.of("api.contract", "idempotent"));
    all.putAll(given);
    return HttpOrderApi.open(Settings.of(all), "w1");
  }
}
