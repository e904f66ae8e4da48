package io.duly.api;

import io.duly.runtime.Settings;

/** Provides the API over HTTP. Thread-safe. */
public final class HttpOrderApiProvider implements OrderApiProvider {
  static final String NAME = "http";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public OrderApi open(Settings settings, String caller) {
    return HttpOrderApi.open(settings, caller);
  }
}
