package io.duly.e2e;

import io.duly.api.ApiAnswer;
import io.duly.api.ApiRequest;
import io.duly.api.LookupAnswer;
import io.duly.api.LookupRequest;
import io.duly.api.OrderApi;
import io.duly.api.OrderApiProvider;
import io.duly.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Executes orders by writing their ids to the file {@code api.option.file}. Thread-safe. */
public final class LedgerFileApi implements OrderApiProvider {
  @Override
  public String name() {
    return "ledger-file";
  }

  @Override
  public OrderApi open(Settings settings, String caller) {
    return new Opened(Path.of(settings.under("api.option.").getOrDefault("file", "executed.txt")));
  }

  private record Opened(Path file) implements OrderApi {
    @Override
    public CompletionStage<ApiAnswer> process(ApiRequest request) {
      return CompletableFuture.completedFuture(executed(request));
    }

    private synchronized ApiAnswer executed(ApiRequest request) {
      if (!request.maySend().getAsBoolean()) {
        return new ApiAnswer.Withheld("the time to send had passed");
      }
      try {
        Files.writeString(
            file, request.orderId() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        return new ApiAnswer.Ambiguous(null, "not written: " + e.getMessage(), Duration.ZERO);
      }
      return new ApiAnswer.Executed(200, "line-" + request.orderId(), Map.of());
    }

    @Override
    public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
      try {
        LookupAnswer answer =
            Files.readAllLines(file).contains(request.orderId())
                ? new LookupAnswer.Executed(false, "line-" + request.orderId())
                : new LookupAnswer.NotExecuted();
        return CompletableFuture.completedFuture(answer);
      } catch (IOException e) {
        return CompletableFuture.completedFuture(
            new LookupAnswer.Unknown("not read: " + e.getMessage()));
      }
    }

    @Override
    public void close() {}
  }
}
