package io.duly.cli;

import io.duly.runtime.Settings;
import io.duly.runtime.SettingsLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command takes its settings. */
final class SettingsOptions {
  @Option(
      names = "--settings",
      paramLabel = "FILE",
      defaultValue = "${env:DULY_SETTINGS}",
      description =
          "Settings file (Java properties). DULY_… variables win over it, --set over both.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting; may be given often.")
  private Map<String, String> given = new LinkedHashMap<>();

  Settings load() {
    return SettingsLoader.load(file, System.getenv(), given);
  }
}
