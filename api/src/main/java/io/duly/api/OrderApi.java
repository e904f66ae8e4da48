package io.duly.api;

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

  /** Ends calls under way and frees what they hold. */
  @Override
  void close();
}
