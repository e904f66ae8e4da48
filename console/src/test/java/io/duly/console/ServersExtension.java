package io.duly.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link Servers} of this JVM, emptied before each test. */
final class ServersExtension implements BeforeEachCallback, ParameterResolver {
  /** What a JVM has one of; the root store closes it. */
  private static final class Shared implements AutoCloseable {
    private final Servers servers;

    private Shared() {
      try {
        servers = new Servers(Files.createTempDirectory("console"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      servers.close();
      try (Stream<Path> all = Files.walk(servers.folder())) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    shared(context).empty();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Servers.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return shared(context);
  }

  private static Servers shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(Shared.class, key -> new Shared(), Shared.class)
        .servers;
  }
}
