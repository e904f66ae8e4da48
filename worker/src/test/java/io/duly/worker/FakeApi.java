package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.api.ApiRequest;
import io.duly.api.LookupAnswer;
import io.duly.api.LookupRequest;
import io.duly.api.OrderApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An API that answers when told. */
final class FakeApi implements OrderApi {
  final Map<String, CompletableFuture<ApiAnswer>> underway = new LinkedHashMap<>();
  final List<ApiRequest> requests = new ArrayList<>();

  @Override
  public CompletionStage<ApiAnswer> process(ApiRequest request) {
    CompletableFuture<ApiAnswer> answer = new CompletableFuture<>();
    requests.add(request);
    underway.put(request.orderId(), answer);
    return answer;
  }

  @Override
  public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
    throw new UnsupportedOperationException("a worker does not look up");
  }

  void execute(String orderId) {
    underway.remove(orderId).complete(new ApiAnswer.Executed(200, null, Map.of()));
  }

  void turnAway(String orderId, Duration pause) {
    underway.remove(orderId).complete(new ApiAnswer.NotExecuted(429, "too many", pause));
  }

  void withhold(String orderId) {
    underway.remove(orderId).complete(new ApiAnswer.Withheld("the caller said no"));
  }

  /** Answers the call that began first. */
  void executeNext() {
    execute(underway.keySet().iterator().next());
  }

  @Override
  public void close() {}
}
