package io.duly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.api.ApiRequest;
import io.duly.api.RequestPreview;
import io.duly.api.RequestPreviews;
import io.duly.ingest.DueBodies;
import io.duly.ingest.Ingest;
import io.duly.operations.Installation;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Lanes;
import io.duly.orders.OrdersTable;
import io.duly.orders.Run;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Renders the requests of a run without sending them. */
@Command(
    name = "shadow",
    mixinStandardHelpOptions = true,
    description =
        "Writes the request that would be sent for each order that is due, a line of JSON each. Sends nothing and changes nothing.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ok",
      "1:failure, or an order that no request can be made for",
      "2:usage",
      "3:nothing is due"
    })
final class ShadowCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 1_000;

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to.")
  private Path file = Path.of("");

  @Option(
      names = "--limit",
      defaultValue = "9223372036854775807",
      paramLabel = "N",
      description = "The first N orders only.")
  private long limit;

  @Option(
      names = "--filter",
      defaultValue = "",
      paramLabel = "SQL",
      description = "Condition on the orders table beside orders.filter.")
  private String filter = "";

  @Spec private @Nullable CommandSpec spec;
  private long rendered;
  private long failed;

  @Override
  public Integer call() throws IOException {
    Settings settings = options.load();
    RequestPreviews previews = new RequestPreviews(settings, "duly/shadow");
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(settings, "duly-shadow");
        PrintWriter lines =
            new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
      Ingest.checkFilter(installation.database(), installation.table(), "shadow", filter);
      render(installation, previews, lines);
      if (lines.checkError()) {
        throw new UserError(file + " cannot be written: its disk may be full");
      }
    }
    int rate = settings.number("api.rate");
    out.printf(
        "%d requests in %s, %d orders without one; nothing was sent%s%n",
        rendered,
        file,
        failed,
        rate == 0 ? "" : "; at api.rate=%d they take %d s".formatted(rate, rendered / rate + 1));
    return failed > 0 ? 1 : rendered == 0 ? 3 : 0;
  }

  private void render(Installation installation, RequestPreviews previews, PrintWriter lines) {
    Settings settings = installation.settings();
    OrdersTable table =
        installation.table().within(new Run.Selection(Instant.now(), filter, Lanes.MAIN));
    IdempotencyKeys keys =
        new IdempotencyKeys(settings.text("installation"), installation.table().name());
    DueBodies due =
        new DueBodies(installation.database().jdbi(), table, settings.text("ingest.after"));
    while (due.hasNext() && rendered + failed < limit) {
      int most = (int) Math.min(PAGE, limit - rendered - failed);
      for (DueBodies.Due each : due.next(most)) {
        lines.println(line(each, keys, previews));
      }
    }
  }

  private String line(DueBodies.Due due, IdempotencyKeys keys, RequestPreviews previews) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("orderId", due.orderId());
    try {
      RequestPreview preview =
          previews.of(
              new ApiRequest(
                  due.orderId(),
                  keys.of(due.orderId(), due.generation()),
                  due.body(),
                  () -> false));
      line.put("method", preview.method());
      line.put("url", preview.url());
      line.put("headers", preview.headers());
      line.put("body", preview.body());
      rendered++;
    } catch (UserError e) {
      line.put("error", String.valueOf(e.getMessage()));
      failed++;
    }
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request cannot be written as JSON: " + line, e);
    }
  }
}
