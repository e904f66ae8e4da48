package io.duly.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page by HTTPS, with a certificate from PEM files. */
@ExtendWith(ServersExtension.class)
class ConsoleTlsTest {
  private final Servers servers;

  ConsoleTlsTest(Servers servers) {
    this.servers = servers;
  }

  @Test
  void thePageIsServedByTls() throws Exception {
    Path keys = servers.folder().resolve("console.p12");
    Files.deleteIfExists(keys);
    keytool(keys);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, "changeit".toCharArray());
    }
    X509Certificate certificate = (X509Certificate) store.getCertificate("console");
    byte[] key = store.getKey("console", "changeit".toCharArray()).getEncoded();
    try (Open open =
        servers.open(
            "console.tls.certificate",
            pem("CERTIFICATE", certificate.getEncoded()),
            "console.tls.key",
            pem("PRIVATE KEY", key))) {
      HttpResponse<String> found =
          HttpClient.newBuilder()
              .sslContext(trusting(store))
              .build()
              .send(
                  HttpRequest.newBuilder(open.at("api/v1/session")).build(),
                  HttpResponse.BodyHandlers.ofString());

      assertThat(open.at("").getScheme()).isEqualTo("https");
      assertThat(found.statusCode()).isEqualTo(200);
      assertThat(found.headers().firstValue("Strict-Transport-Security")).isPresent();
    }
  }

  private void keytool(Path keys) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of(
            "-genkeypair", "-keyalg", "EC", "-dname", "CN=console", "-ext", "san=ip:127.0.0.1"));
    command.addAll(List.of("-alias", "console", "-keystore", keys.toString()));
    command.addAll(List.of("-storepass", "changeit"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(servers.folder().resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private String pem(String kind, byte[] encoded) throws Exception {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(encoded), kind);
    return Files.writeString(servers.folder().resolve(kind.replace(' ', '-') + ".pem"), text)
        .toString();
  }

  private static SSLContext trusting(KeyStore store) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("console", store.getCertificate("console"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
