package io.duly.orders;

import java.util.Map;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one server and the one shop of this JVM, the shop emptied before each test. Both
 * are closed after the last test.
 */
final class ShopExtension implements BeforeEachCallback, ParameterResolver {
  /** What a JVM has one of; the root store closes it. */
  private static final class Shared implements AutoCloseable {
    private final Server server = Server.start(Map.of("fsync", "off", "max_wal_size", "4GB"));
    private final Shop shop = Shop.open(server.url());

    @Override
    public void close() {
      shop.close();
      server.close();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    shared(context).shop.empty();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Shop.class || type == Server.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Shop.class
        ? shared(context).shop
        : shared(context).server;
  }

  private static Shared shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(Shared.class, key -> new Shared(), Shared.class);
  }
}
