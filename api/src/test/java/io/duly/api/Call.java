package io.duly.api;

import io.duly.runtime.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** How the tests call an API. */
final class Call {
  static final UUID KEY = UUID.fromString("f86e2ad6-a899-5a8e-8397-d78abc3c2565");

  private Call() {}

  static HttpOrderApi open(String url, Map<String, String> given) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "api.url", url + "/orders/process",
                "api.lookup-url", url + "/orders/{id}",
                "api.contract", "idempotent"));
    all.putAll(given);
    return HttpOrderApi.open(Settings.of(all), "w1");
  }

  static ApiRequest order(String id) {
    return new ApiRequest(id, KEY, "{\"id\":\"" + id + "\"}", () -> true);
  }

  static ApiAnswer process(OrderApi api, ApiRequest request) throws Exception {
    return api.process(request).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static LookupAnswer lookup(OrderApi api, String id) throws Exception {
    return api.lookup(new LookupRequest(id, KEY)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
