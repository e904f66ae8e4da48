package io.duly.api;

import io.duly.runtime.Settings;

/**
 * A kind of API, found by {@link java.util.ServiceLoader} and chosen by {@code api.provider}. It
 * has a public constructor without arguments, which does nothing.
 */
public interface OrderApiProvider {
  /** What {@code api.provider} calls it. */
  String name();

  /**
   * Opens the API. Settings of its own are those under {@code api.option.}, see {@link
   * Settings#under}.
   *
   * @param caller who calls: one worker or the reconciler
   * @throws io.duly.runtime.UserError where the settings, or what they name, are not fit
   */
  OrderApi open(Settings settings, String caller);
}
