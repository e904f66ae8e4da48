package io.duly.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lays settings over one another: file, then environment, then command line; the later wins. */
public final class SettingsLoader {
  private static final String PREFIX = "DULY_";

  /** Variables of the launcher, no settings. */
  private static final Set<String> LAUNCHER =
      Set.of("DULY_FAILPOINTS", "DULY_HEAP", "DULY_JAVA_OPTS", "DULY_LOG_FORMAT", "DULY_SETTINGS");

  private SettingsLoader() {}

  /**
   * Reads {@code file} (Java properties, UTF-8; null for none), {@code DULY_…} variables and {@code
   * commandLine}.
   */
  public static Settings load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> commandLine) {
    Map<String, String> given = new HashMap<>();
    if (file != null) {
      given.putAll(read(file));
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !LAUNCHER.contains(name)) {
            given.put(key(name), value);
          }
        });
    given.putAll(commandLine);
    return Settings.of(given);
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError("settings file " + file + " cannot be read: " + e.getMessage(), e);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  /** The environment variable that stands for a setting: api.key-header is DULY_API_KEY_HEADER. */
  public static String variable(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /**
   * DULY_API_KEY_HEADER is api.key-header: the known key whose dots and dashes became underscores,
   * else all dots; DULY_API_HEADER_X_TENANT is api.header.x-tenant.
   */
  private static String key(String variable) {
    String flat = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    if (flat.startsWith("api_header_")) {
      return "api.header." + flat.substring("api_header_".length()).replace('_', '-');
    }
    return Catalogue.settings().names().stream()
        .filter(name -> name.replace('.', '_').replace('-', '_').equals(flat))
        .findFirst()
        .orElse(flat.replace('_', '.'));
  }
}
