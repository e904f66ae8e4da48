package io.duly.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Keeps what tests write below target, where a clean finds it. */
public final class TempFolderInTarget implements TempDirFactory {
  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test)
      throws IOException {
    Path parent = Files.createDirectories(Path.of("target", "tmp"));
    return Files.createTempDirectory(parent, "test").toAbsolutePath();
  }
}
