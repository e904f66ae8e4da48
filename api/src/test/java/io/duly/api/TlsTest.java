package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with a private authority, mutual TLS, and what a failed handshake means. */
@Timeout(60)
class TlsTest {
  @TempDir static Path folder;
  private static Identity shop;
  private static Identity api;
  private static Identity stranger;

  @BeforeAll
  static void createIdentities() throws Exception {
    shop = Identity.create(folder, "shop");
    api = Identity.create(folder, "api");
    stranger = Identity.create(folder, "stranger");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1", "2"})
  void callsAServerOfThePrivateAuthorityAsTheClientItIs(String version) throws Exception {
    try (GoodServer server = mutual();
        HttpOrderApi client = open(server, api, shop, Map.of("api.http-version", version))) {
      ApiAnswer answer = Call.process(client, Call.order("1"));

      assertThat(answer).isInstanceOf(ApiAnswer.Executed.class);
      assertThat(server.requests())
          .containsExactly((version.equals("2") ? "HTTP_2" : "HTTP_1_1") + " /orders/process");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1", "2"})
  void isSureThatNothingWasExecutedWhereTheServerIsNotTrusted(String version) throws Exception {
    try (GoodServer server = mutual();
        HttpOrderApi client = open(server, stranger, shop, Map.of("api.http-version", version))) {
      ApiAnswer answer = Call.process(client, Call.order("1"));

      assertThat(answer).isInstanceOf(ApiAnswer.NotExecuted.class);
      assertThat(answer.reason()).startsWith("no connection: ");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void isSureThatNothingWasExecutedWhereTheServerSpeaksNoTls() throws Exception {
    try (FaultServer server = FaultServer.start()) {
      server.babble();
      String url = server.url().replace("http:", "https:");
      try (HttpOrderApi client = Call.open(url, Map.of("api.timeout", "1s"))) {
        assertThat(Call.process(client, Call.order("1"))).isInstanceOf(ApiAnswer.NotExecuted.class);
      }
    }
  }

  /** Under TLS 1.3 a client learns that it is refused only after it may have sent. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void executesNothingForAStrangeClient(String protocol) throws Exception {
    try (GoodServer server = mutual(protocol);
        HttpOrderApi client = open(server, api, stranger, Map.of())) {
      ApiAnswer answer = Call.process(client, Call.order("1"));

      assertThat(answer)
          .isInstanceOf(
              protocol.equals("TLSv1.2") ? ApiAnswer.NotExecuted.class : ApiAnswer.Ambiguous.class);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void takesANewCertificateWithoutARestart() throws Exception {
    Identity rotating = new Identity(folder.resolve("now.crt"), folder.resolve("now.key"));
    copy(stranger, rotating);

    try (GoodServer server = mutual("TLSv1.2");
        HttpOrderApi client = open(server, api, rotating, Map.of())) {
      assertThat(Call.process(client, Call.order("1"))).isInstanceOf(ApiAnswer.NotExecuted.class);
      copy(shop, rotating);

      await().until(() -> Call.process(client, Call.order("1")) instanceof ApiAnswer.Executed);
    }
  }

  private static void copy(Identity from, Identity to) throws Exception {
    Files.copy(from.certificate(), to.certificate(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(from.key(), to.key(), StandardCopyOption.REPLACE_EXISTING);
  }

  private static GoodServer mutual(String... protocols) throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setClientAuth(ClientAuth.REQUIRED)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(api.certificate().toString())
                    .addKeyPath(api.key().toString()))
            .setTrustOptions(new PemTrustOptions().addCertPath(shop.certificate().toString()));
    if (protocols.length > 0) {
      options.setEnabledSecureTransportProtocols(java.util.Set.of(protocols));
    }
    return GoodServer.start(options, request -> request.response().end("{}"));
  }

  private static HttpOrderApi open(
      GoodServer server, Identity trusted, Identity own, Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put("api.tls-ca", trusted.certificate().toString());
    all.put("api.tls-certificate", own.certificate().toString());
    all.put("api.tls-key", own.key().toString());
    return Call.open(server.url(), all);
  }
}
