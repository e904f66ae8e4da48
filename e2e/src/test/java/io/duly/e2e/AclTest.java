package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.console.Console;
import io.duly.ingest.Ingest;
import io.duly.operations.Installation;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A broker that allows what docs/kafka.md lists, to a user for each part, and nothing else. */
class AclTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Has the rights of what the table does not name. */
  private static final String OTHER = "any other command";

  /** Has the rights of a worker, and is none. */
  private static final String IDLE = "idle worker";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path folder;

  private static Set<String> parts;
  private static GuardedShop shop;

  @BeforeAll
  static void openTheShop() throws Exception {
    RightsTable table = RightsTable.read();
    parts = new LinkedHashSet<>(table.parts());
    parts.add(OTHER);
    Map<String, String> users = new LinkedHashMap<>();
    parts.forEach(each -> users.put(each, each));
    users.put(IDLE, "worker");
    shop = GuardedShop.open(folder, table, users);
    shop.as("duly init").with("api.processing-time", "300ms").init();
  }

  @AfterAll
  static void closeTheShop() {
    shop.close();
  }

  private static Command command(String part, String... arguments) {
    Command done = shop.as(part).duly(arguments);
    assertThat(done.exitCode()).as(part + ": " + done).isZero();
    return done;
  }

  @Test
  void eachPartWorksWithTheRightsOfTheTableAndNeedsThemAll() throws Exception {
    command("duly init", "init");
    thePartsCloseARunThoughAWorkerDies();
    operatorsCommandsSucceed();
    thePageShowsTheLagAndReplays();
    oneProcessClosesTheNextRun();

    assertThat(shop.denied(parts)).isEmpty();
    assertThat(parts)
        .filteredOn(each -> !each.equals("duly run")) // it has what the parts need together
        .allSatisfy(each -> assertThat(shop.unused(each)).as(each).isEmpty());
  }

  private static void thePartsCloseARunThoughAWorkerDies() throws Exception {
    publishGarbage(shop.asAdmin().settings(), "orders.intents"); // the reconciler begins with it
    shop.shop().openRun("id % 4 <> 0");
    shop.as("reconciler").start("reconciler", "reconciler");
    try (Installation place = Installation.openToWork(shop.as("ingest").settings(), "duly-ingest");
        Ingest ingest = Ingest.start(place.settings(), place.database(), place.table())) {
      aWorkerDies();
      publishGarbage(shop.asAdmin().settings(), "orders.due"); // the heir sets it aside
      shop.as("worker").start("worker", "heir");
      awaitClosed(1);
      assertThat(ingest.failures()).isEmpty();
    }
    awaitOrDenied(() -> shop.as("duly replay --dead").duly("replay", "--dead").exitCode() == 0);
    shop.shop().stopProcesses();
    command("duly verify", "verify", "1");
  }

  /** It leaves a transaction open, results that are not told, and claims. */
  private static void aWorkerDies() {
    Shop mortals = shop.as("worker").with("failpoints", "worker-committing=halt");
    DulyProcess mortal = mortals.start("worker", "mortal");
    mortals.without("failpoints");
    awaitOrDenied(() -> !mortal.isAlive());
  }

  private static void oneProcessClosesTheNextRun() {
    shop.shop().openRun();
    shop.as("duly run").start("run", "run");
    awaitClosed(2);
    shop.shop().stopProcesses();
    command("duly verify", "verify", "2");
    assertThat(shop.shop().count("SELECT sum(completed + failed + in_doubt) FROM duly.run"))
        .isEqualTo(100);
  }

  private static void awaitClosed(int runs) {
    String closed = "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'";
    awaitOrDenied(() -> shop.shop().count(closed) == runs);
  }

  /** What is denied is retried for ever, so it ends the test at once. */
  private static void awaitOrDenied(Callable<Boolean> end) {
    Awaitility.await().atMost(LONG).until(() -> end.call() || !shop.denied(parts).isEmpty());
    assertThat(shop.denied(parts)).isEmpty();
  }

  private static void publishGarbage(Settings settings, String topic) throws Exception {
    try (Producer<byte[], byte[]> producer = new KafkaClients(settings).producer("acl-test")) {
      producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {1})).get();
    }
  }

  private static void operatorsCommandsSucceed() {
    String why = "--reason=a test";
    command("duly lag", "lag");
    assertThat(command("duly status", "status").out()).doesNotContain("kafka-not-read");
    assertThat(command("duly doctor", "doctor").out()).doesNotContain("cannot be seen");
    command("duly replay", "replay", "--to-earliest", "--execute", why);
    command("duly replay --dead", "replay", "--dead", "--execute", "--max-calls", "5", why);
    command(OTHER, "status", "1");
    command(OTHER, "pause", why);
    command(OTHER, "resume");
    command(OTHER, "orders", "show", "1");
    command(OTHER, "verdict", "1");
    command(OTHER, "replay", "--history");
  }

  private static void thePageShowsTheLagAndReplays() throws Exception {
    try (Installation installation =
            Installation.open(shop.as("duly console").settings(), "duly-console");
        Console console = Console.start(installation, 0)) {
      String api = console.url() + "api/v1/";
      Awaitility.await().atMost(LONG).until(() -> !read(api + "overview").path("lag").isEmpty());
      HttpRequest replay =
          HttpRequest.newBuilder(URI.create(api + "replay"))
              .header("X-Csrf-Token", read(api + "session").path("csrf").asText())
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"to\": \"latest\", \"who\": \"Ann\", \"reason\": \"a test\"}"))
              .build();
      assertThat(HTTP.send(replay, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      Awaitility.await()
          .atMost(LONG)
          .until(() -> read(api + "replay").path("state").asText().equals("done"));
    }
  }

  private static JsonNode read(String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return JSON.readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  @Test
  void aWorkerMayNotPublishOrders() {
    Settings idle = shop.as(IDLE).settings();

    assertThatThrownBy(() -> publishGarbage(idle, "orders.due"))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void aUserWhoMayNotSeeATopicIsToldWhichOne() {
    Command refused = shop.as("duly lag").duly("pause", "--reason", "a test");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.notes())
        .contains("orders.results", "has no right Describe on it", "docs/kafka.md")
        .hasLineCount(1);
  }
}
