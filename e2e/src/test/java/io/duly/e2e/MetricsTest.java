package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.sandbox.SampleContract;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What the processes of a pipeline count, beside what their page of the documentation lists. */
class MetricsTest {
  private static final Pattern SHOWN = Pattern.compile("(?m)^# TYPE ((?:duly|kafka)_\\w+) ");
  private static final Pattern LISTED = Pattern.compile("(?m)^\\| `((?:duly|kafka)_\\w+)` ");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void theirNamesAreThoseOfTheDocumentation() throws Exception {
    int worker = freePort();
    int reconciler = freePort();
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", 100)) {
      shop.init();
      shop.with("health.port", String.valueOf(reconciler)).start("reconciler", "reconciler");
      shop.with("health.port", String.valueOf(worker)).start("worker", "worker");
      shop.with("health.port", "0").with("log.format", "json").start("ingest", "ingest");
      shop.openRun();
      shop.awaitClosed(Duration.ofMinutes(2));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(metrics(reconciler))
                      .contains(
                          "duly_run_results{installation=\"shop\",outcome=\"completed\",schedule=\"test\"} 99.0"));

      Set<String> shown = new TreeSet<>(names(SHOWN, metrics(worker)));
      shown.addAll(names(SHOWN, metrics(reconciler)));
      shown.removeIf(each -> each.endsWith("_max"));
      assertThat(shown)
          .isEqualTo(names(LISTED, Files.readString(Path.of("..", "docs", "metrics.md"))));
      // more than the orders where a claim was given back unsent on a busy machine
      long attempts = shop.count("SELECT count(*) FROM duly.attempt");
      assertThat(attempts).isGreaterThanOrEqualTo(100);
      assertThat(metrics(worker))
          .containsPattern("duly_api_calls_seconds_count\\{answer=\"Executed\"} 99")
          .containsPattern("duly_claims_total\\{verdict=\"CLAIMED\"} " + attempts)
          .contains("hikaricp_connections_active")
          .contains("jvm_memory_used_bytes");
      assertThat(metrics(reconciler))
          .containsPattern(
              "kafka_consumergroup_group_sum_lag\\{cluster_name=\"shop\",group=\"shop\"} 0\\.0")
          .containsPattern(
              "duly_problem\\{installation=\"shop\",kind=\"NO_WORKER\",urgent=\"true\"} 0");
      theLogIsJsonWhereAskedFor();
    }
  }

  /** A setting's name stands for an environment variable here. */
  private void theLogIsJsonWhereAskedFor() throws Exception {
    List<String> lines =
        Files.readAllLines(folder.resolve("ingest.log")).stream()
            .filter(each -> !each.startsWith("WARNING: ")) // of the JVM itself
            .toList();
    for (String line : lines) {
      JsonNode unused = new ObjectMapper().readTree(line);
    }
    assertThat(lines)
        .anyMatch(each -> each.contains("Run is published") && each.contains("\"runId\":\"1\""));
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Set<String> names(Pattern pattern, String text) {
    Set<String> names = new TreeSet<>();
    Matcher found = pattern.matcher(text);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  private static String metrics(int port) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
