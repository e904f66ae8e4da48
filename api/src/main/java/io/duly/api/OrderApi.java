package io.duly.api;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The external API that executes orders. Exactly one request leaves for each call; nothing below
 * retries. The stages never complete exceptionally: whatever goes wrong is an answer. Thread-safe;
 * the stages complete on a thread of the API's, which must not be blocked.
 */
public interface OrderApi extends AutoCloseable {
  /** Has one order executed. */
  CompletionStage<ApiAnswer> process(ApiRequest request);

  /**
   * Asks what became of an order; answers {@link LookupAnswer.Unknown} where the API cannot be
   * asked.
   */
  CompletionStage<LookupAnswer> lookup(LookupRequest request);

  /**
   * Asks what became of several orders, with as few requests as the API allows; answers in the
   * order of {@code requests}. Asks for each alone unless the implementation knows better.
   */
  default CompletionStage<List<LookupAnswer>> lookup(List<LookupRequest> requests) {
    return Stages.all(requests.stream().map(this::lookup).toList());
  }

  /** Ends calls under way and frees what they hold. */
  @Override
  void close();
}
