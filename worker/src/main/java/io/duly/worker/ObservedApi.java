package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.api.ApiRequest;
import io.duly.api.LookupAnswer;
import io.duly.api.LookupRequest;
import io.duly.api.OrderApi;
import io.duly.runtime.Traces;
import java.util.concurrent.CompletionStage;

/** An API whose calls are timed, and shown in the traces of their orders. Thread-safe. */
final class ObservedApi implements OrderApi {
  private final OrderApi api;
  private final CallTimes times = new CallTimes();
  private final Traces traces = new Traces();

  ObservedApi(OrderApi api) {
    this.api = api;
  }

  /** How long its calls took. */
  CallTimes times() {
    return times;
  }

  @Override
  public CompletionStage<ApiAnswer> process(ApiRequest request) {
    Traces.Call call = traces.call(request.traceparent(), request.orderId());
    ApiRequest traced =
        new ApiRequest(
            request.orderId(), request.key(), request.body(), request.maySend(), call.header());
    long startNanos = System.nanoTime();
    return api.process(traced)
        .thenApply(answer -> ended(call, answer, System.nanoTime() - startNanos));
  }

  private ApiAnswer ended(Traces.Call call, ApiAnswer answer, long tookNanos) {
    if (!(answer instanceof ApiAnswer.Withheld)) {
      times.add(answer, tookNanos);
    }
    boolean isAnswered =
        answer instanceof ApiAnswer.Executed || answer instanceof ApiAnswer.Refused;
    call.ended(answer.getClass().getSimpleName(), answer.httpStatus(), isAnswered);
    return answer;
  }

  @Override
  public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
    return api.lookup(request);
  }

  @Override
  public void close() {
    api.close();
  }
}
