package io.duly.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;

/**
 * The checked settings of a process. Every mistake is reported in one {@link UserError}, an unknown
 * key is a mistake, and nothing is corrected silently. Immutable.
 */
public final class Settings {
  private static final ConfigDef DEFINITION = Catalogue.settings();

  private final Map<String, Object> values;
  private final Map<String, String> free;

  private Settings(Map<String, Object> values, Map<String, String> free) {
    this.values = values;
    this.free = Collections.unmodifiableMap(free);
  }

  /**
   * Checks {@code given} against the catalogue of settings.
   *
   * @throws UserError with all mistakes, one a line
   */
  public static Settings of(Map<String, String> given) {
    List<String> mistakes = new ArrayList<>();
    Map<String, String> own = new HashMap<>();
    Map<String, String> free = new TreeMap<>();
    given.forEach(
        (key, value) -> {
          if (Catalogue.isFree(key)) {
            free.put(key, value);
          }
          if (DEFINITION.names().contains(key)) {
            own.put(key, value);
          } else if (!Catalogue.isFree(key)) {
            mistakes.add(
                "setting " + key + " is unknown" + Nearest.suggestion(key, DEFINITION.names()));
          }
        });
    mistakes.addAll(KafkaProperties.mistakes(under(free, Catalogue.KAFKA)));
    mistakes.addAll(ScheduleProperties.mistakes(under(free, ScheduleProperties.PREFIX)));
    Map<String, Object> values = new HashMap<>();
    for (ConfigValue value : DEFINITION.validate(own)) {
      value.errorMessages().stream()
          .limit(1)
          .forEach(message -> mistakes.add("setting " + value.name() + ": " + message));
      values.put(value.name(), value.value());
    }
    if (!mistakes.isEmpty()) {
      throw new UserError(String.join(System.lineSeparator(), mistakes.stream().sorted().toList()));
    }
    return new Settings(values, free);
  }

  /** Throws one UserError that names each of {@code keys} that has no value. */
  public Settings require(String... keys) {
    List<String> missing = new ArrayList<>();
    for (String key : keys) {
      if (String.valueOf(value(key)).isBlank()) {
        String variable = SettingsLoader.variable(key);
        missing.add(
            "setting "
                + key
                + " has no value: give it in the settings file, as --set "
                + key
                + "=… or as "
                + variable);
      }
    }
    if (!missing.isEmpty()) {
      throw new UserError(String.join(System.lineSeparator(), missing));
    }
    return this;
  }

  public String text(String key) {
    return (String) value(key);
  }

  /** The values of a comma-separated list, trimmed. */
  public List<String> list(String key) {
    return Arrays.stream(text(key).split(",", -1))
        .map(String::trim)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  /** The value of a secret; never log it. */
  public String secret(String key) {
    return ((Password) value(key)).value();
  }

  public int number(String key) {
    return (Integer) value(key);
  }

  public boolean isTrue(String key) {
    return (Boolean) value(key);
  }

  public Duration duration(String key) {
    return Durations.parse(text(key));
  }

  /** What goes to the Kafka clients as it is, without the prefix {@code kafka.}. */
  public Map<String, String> kafka() {
    return under(Catalogue.KAFKA);
  }

  /** Whether a schedule may be called {@code name}. */
  public static boolean isScheduleName(String name) {
    return ScheduleProperties.NAME.matcher(name).matches();
  }

  /** The properties of each schedule of the settings, by its name. */
  public Map<String, Map<String, String>> schedules() {
    return ScheduleProperties.byName(under(ScheduleProperties.PREFIX));
  }

  /** The settings that begin with {@code prefix}, one of the free ones, by the rest of the key. */
  public Map<String, String> under(String prefix) {
    return under(free, prefix);
  }

  private static Map<String, String> under(Map<String, String> free, String prefix) {
    Map<String, String> found = new TreeMap<>();
    free.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return Collections.unmodifiableMap(found);
  }

  /** All settings as a Markdown table, by key: what docs/settings.md holds. */
  public static String page() {
    StringBuilder page =
        new StringBuilder("| setting | default | what it is for |\n| --- | --- | --- |\n");
    new TreeMap<>(DEFINITION.configKeys())
        .forEach(
            (key, definition) -> {
              Object value =
                  definition.type == ConfigDef.Type.PASSWORD ? "" : definition.defaultValue;
              String shown = String.valueOf(value).isEmpty() ? "" : "`" + value + "`";
              page.append("| `").append(key).append("` | ").append(shown).append(" | ");
              page.append(definition.documentation.replace("|", "\\|")).append(" |\n");
            });
    return page.toString();
  }

  private Object value(String key) {
    return Objects.requireNonNull(values.get(key), () -> "no setting " + key);
  }
}
