package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.KafkaClients;
import io.duly.runtime.UserError;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker on a broker that wants TLS and a password, with the password in a file. */
class SecureBrokerTest {
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
          + " password=\"%s\"%s;";
  @TempDir private static Path folder;
  private static Servers servers;
  private static Shop shop;

  @BeforeAll
  static void startServers() throws Exception {
    Path keys = folder.resolve("broker.p12");
    Path certificate = folder.resolve("broker.pem");
    keytool(
        keys, "-genkeypair", "-keyalg", "RSA", "-dname", "CN=broker", "-ext", "san=ip:127.0.0.1");
    keytool(keys, "-exportcert", "-rfc", "-file", certificate.toString());
    Path secret = Files.writeString(folder.resolve("kafka.properties"), "password=right one\n");

    Map<String, String> broker = new HashMap<>(trusting(certificate, ""));
    broker.put("listener.security.protocol.map", "BROKER:SASL_SSL,CONTROLLER:PLAINTEXT");
    broker.put("sasl.enabled.mechanisms", "PLAIN");
    broker.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    broker.put("ssl.keystore.location", keys.toString());
    broker.put("ssl.keystore.password", "changeit");
    broker.put("ssl.keystore.type", "PKCS12");
    broker.put(
        "listener.name.broker.plain.sasl.jaas.config",
        LOGIN.formatted("admin", "a1", " user_admin=\"a1\" user_duly=\"right one\""));
    Map<String, String> client = new HashMap<>(trusting(certificate, "kafka."));
    client.put("kafka.security.protocol", "SASL_SSL");
    client.put("kafka.sasl.mechanism", "PLAIN");
    client.put(
        "kafka.sasl.jaas.config", LOGIN.formatted("duly", "${file:" + secret + ":password}", ""));
    servers = new Servers(broker, client);
    shop = Shop.open(servers, "secure");
  }

  private static Map<String, String> trusting(Path certificate, String prefix) {
    return Map.of(
        prefix + "ssl.truststore.type",
        "PEM",
        prefix + "ssl.truststore.location",
        certificate.toString());
  }

  private static void keytool(Path keys, String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-alias", "broker", "-keystore", keys.toString(), "-storepass", "changeit"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @AfterAll
  static void stopServers() {
    shop.close();
    servers.close();
  }

  @Test
  void aWorkerDoesItsWorkOverSaslAndTls() {
    shop.due(100);

    try (SampleApi api =
            SampleApi.start(
                new SampleApiSettings(
                    SampleContract.NEITHER, Latency.parse("1ms"), 0, 0, shop.ledger(), 0));
        Worker worker = shop.worker(api.url().toString())) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> shop.settled() == 100 && shop.topic().lag() == 0);
      assertThat(worker.failures()).isEmpty();
    }

    assertThat(shop.events()).hasSize(100);
  }

  @Test
  @Timeout(15)
  void aWrongPasswordIsNamedWithTheSettingToMendAndNotShown() {
    KafkaClients kafka =
        new KafkaClients(
            shop.settings("kafka.sasl.jaas.config", LOGIN.formatted("duly", "wr0ng", "")));

    assertThatThrownBy(kafka::checkReachable)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("refuses the login")
        .hasMessageContaining("mend kafka.sasl.jaas.config")
        .hasMessageNotContaining("wr0ng");
  }

  @Test
  @Timeout(15)
  void aCertificateThatNobodyVouchesForIsNamedWithTheSettingToMend() throws Exception {
    Path keys = folder.resolve("other.p12");
    Path other = folder.resolve("other.pem");
    keytool(keys, "-genkeypair", "-keyalg", "RSA", "-dname", "CN=other");
    keytool(keys, "-exportcert", "-rfc", "-file", other.toString());
    KafkaClients kafka =
        new KafkaClients(shop.settings("kafka.ssl.truststore.location", other.toString()));

    assertThatThrownBy(kafka::checkReachable)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("TLS with Kafka")
        .hasMessageContaining("mend kafka.ssl.truststore.location");
  }

  @Test
  @Timeout(15)
  void aTruststoreThatIsNotThereIsNamed() {
    KafkaClients kafka =
        new KafkaClients(shop.settings("kafka.ssl.truststore.location", "/nowhere/ca.pem"));

    assertThatThrownBy(kafka::checkReachable)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("/nowhere/ca.pem");
  }

  @Test
  @Timeout(15)
  void aSecretThatIsNotThereIsNamedByItsFile() {
    KafkaClients kafka =
        new KafkaClients(
            shop.settings(
                "kafka.sasl.jaas.config",
                LOGIN.formatted("duly", "${file:/nowhere/kafka.properties:password}", "")));

    assertThatThrownBy(kafka::checkReachable)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("/nowhere/kafka.properties");
  }
}
