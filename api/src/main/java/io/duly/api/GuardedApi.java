package io.duly.api;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An API whose code may break: whatever it throws becomes an answer, and the one that fits is that
 * the request may have left. Thread-safe where the API is.
 */
final class GuardedApi implements OrderApi {
  private static final Logger log = LoggerFactory.getLogger(GuardedApi.class);

  private final OrderApi api;

  GuardedApi(OrderApi api) {
    this.api = api;
  }

  @Override
  public CompletionStage<ApiAnswer> process(ApiRequest request) {
    return guarded(
        () -> api.process(request), reason -> new ApiAnswer.Ambiguous(null, reason, Duration.ZERO));
  }

  @Override
  public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
    return guarded(() -> api.lookup(request), LookupAnswer.Unknown::new);
  }

  @Override
  public CompletionStage<List<LookupAnswer>> lookup(List<LookupRequest> requests) {
    return guarded(
        () -> api.lookup(requests).thenApply(answers -> whole(answers, requests)),
        reason -> BatchLookup.unknown(requests, reason));
  }

  private static List<LookupAnswer> whole(
      List<LookupAnswer> answers, List<LookupRequest> requests) {
    if (answers.size() != requests.size()) {
      throw new IllegalStateException(
          answers.size() + " answers to " + requests.size() + " questions");
    }
    return answers;
  }

  private static <A> CompletionStage<A> guarded(
      Supplier<CompletionStage<A>> call, Function<String, A> broken) {
    try {
      return call.get().exceptionally(e -> broken.apply(reason(e)));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(broken.apply(reason(e)));
    }
  }

  private static String reason(Throwable e) {
    log.error("The provider of the API has failed", e);
    return "the provider of the API has failed: " + e;
  }

  @Override
  public void close() {
    api.close();
  }
}
