package io.duly.reconciler;

import io.duly.api.ApiAnswer;
import io.duly.api.ApiRequest;
import io.duly.api.LookupAnswer;
import io.duly.api.LookupRequest;
import io.duly.api.OrderApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An API that executes nothing and gives the same answer to each lookup. */
final class BooksApi implements OrderApi {
  private final List<String> asked = new ArrayList<>();
  private LookupAnswer answer = new LookupAnswer.Unknown("its books are closed");

  void answers(LookupAnswer answer) {
    this.answer = answer;
  }

  /** The orders that were asked for, each as often. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public CompletionStage<ApiAnswer> process(ApiRequest request) {
    throw new UnsupportedOperationException("nothing is to be called");
  }

  @Override
  public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
    asked.add(request.orderId());
    return CompletableFuture.completedStage(answer);
  }

  @Override
  public void close() {
    // holds nothing
  }
}
