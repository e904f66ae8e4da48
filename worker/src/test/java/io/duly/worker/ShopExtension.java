package io.duly.worker;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a shop of its own on the servers of this JVM. The shop is closed after the test,
 * the servers after the last one.
 */
final class ShopExtension implements ParameterResolver {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Shop.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Servers servers =
        context
            .getRoot()
            .getStore(Namespace.GLOBAL)
            .getOrComputeIfAbsent(Servers.class, key -> new Servers(), Servers.class);
    return context
        .getStore(Namespace.create(ShopExtension.class))
        .getOrComputeIfAbsent(
            Shop.class, key -> Shop.open(servers, "t" + NUMBERS.incrementAndGet()), Shop.class);
  }
}
