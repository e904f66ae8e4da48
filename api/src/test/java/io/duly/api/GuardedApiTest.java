package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedApiTest {
  /** Breaks at once, or later. */
  private record BrokenApi(boolean atOnce) implements OrderApi {
    private <A> CompletionStage<A> fail() {
      if (atOnce) {
        throw new IllegalStateException("a bug");
      }
      return CompletableFuture.failedFuture(new IllegalStateException("a bug"));
    }

    @Override
    public CompletionStage<ApiAnswer> process(ApiRequest request) {
      return fail();
    }

    @Override
    public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
      return fail();
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whateverAProviderThrowsMayHaveBeenSent(boolean atOnce) {
    try (OrderApi api = new GuardedApi(new BrokenApi(atOnce))) {
      UUID key = UUID.randomUUID();

      ApiAnswer answer =
          api.process(new ApiRequest("1", key, "{}", () -> true)).toCompletableFuture().join();
      LookupAnswer found = api.lookup(new LookupRequest("1", key)).toCompletableFuture().join();

      assertThat(answer).isInstanceOf(ApiAnswer.Ambiguous.class);
      assertThat(answer.reason()).contains("a bug");
      assertThat(found).isInstanceOf(LookupAnswer.Unknown.class);
    }
  }
}
