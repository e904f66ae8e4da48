package io.duly.reconciler;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests sites on the servers of this JVM, which are closed after the last test; to the
 * constructor of a test class also a closed run, which all its tests share.
 */
final class SitesExtension implements ParameterResolver {
  /** Makes sites, which the test closes, one before the next. */
  interface Sites {
    /** With the settings {@code given} in place of those that a test has otherwise. */
    Site with(Map<String, String> given);

    default Site open() {
      return with(Map.of());
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Sites.class || type == ClosedRun.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SharedServers servers =
        context
            .getRoot()
            .getStore(Namespace.GLOBAL)
            .getOrComputeIfAbsent(
                SharedServers.class, key -> new SharedServers(), SharedServers.class);
    if (parameter.getParameter().getType() == ClosedRun.class) {
      return context
          .getStore(Namespace.create(SitesExtension.class))
          .getOrComputeIfAbsent(
              ClosedRun.class, key -> ClosedRun.on(servers.ground()), ClosedRun.class);
    }
    Sites sites = given -> Site.on(servers.ground(), given);
    return sites;
  }
}
