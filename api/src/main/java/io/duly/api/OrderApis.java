package io.duly.api;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Opens the API that {@code api.provider} names. Thread-safe. */
public final class OrderApis {
  private OrderApis() {}

  /** The settings, if they have what every call needs; throws UserError otherwise. */
  public static Settings checked(Settings settings) {
    return settings.text("api.provider").equals(HttpOrderApiProvider.NAME)
        ? settings.require("api.contract", "api.url")
        : settings.require("api.contract");
  }

  /**
   * Opens the API of the settings for {@code caller}.
   *
   * @throws UserError where no provider or more than one has the name, or its settings are not fit
   */
  public static OrderApi open(Settings settings, String caller) {
    String wanted = settings.text("api.provider");
    List<OrderApiProvider> found =
        ServiceLoader.load(OrderApiProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(OrderApiProvider::name))
            .toList();
    List<OrderApiProvider> named =
        found.stream().filter(each -> each.name().equals(wanted)).toList();
    if (named.size() != 1) {
      String names =
          found.stream()
              .map(each -> each.name() + " (" + each.getClass().getName() + ")")
              .collect(Collectors.joining(", "));
      throw new UserError(
          "setting api.provider: "
              + (named.isEmpty() ? "no provider" : "more than one provider")
              + " is called '"
              + wanted
              + "'; found: "
              + names);
    }
    return new GuardedApi(named.get(0).open(settings, caller));
  }
}
