package io.duly.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The settings of schedules, {@code schedule.NAME.PROPERTY}. Pure. */
final class ScheduleProperties {
  static final String PREFIX = "schedule.";
  private static final Set<String> KNOWN =
      new TreeSet<>(List.of("cron", "at", "zone", "filter", "lane", "catch-up"));
  static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

  private ScheduleProperties() {}

  /** The properties of each schedule, by its name, of keys without their prefix. */
  static Map<String, Map<String, String>> byName(Map<String, String> given) {
    Map<String, Map<String, String>> found = new TreeMap<>();
    given.forEach(
        (key, value) -> {
          int dot = key.indexOf('.');
          String name = dot < 0 ? key : key.substring(0, dot);
          String property = dot < 0 ? "" : key.substring(dot + 1);
          found.computeIfAbsent(name, each -> new TreeMap<>()).put(property, value);
        });
    return Collections.unmodifiableMap(found);
  }

  /** One sentence for each mistake in names and properties. */
  static List<String> mistakes(Map<String, String> given) {
    List<String> mistakes = new ArrayList<>();
    byName(given)
        .forEach(
            (name, properties) -> {
              if (!NAME.matcher(name).matches()) {
                mistakes.add(
                    "schedule '"
                        + name
                        + "': a name has small letters, digits and dashes, at most 40");
              }
              properties.keySet().stream()
                  .filter(each -> !KNOWN.contains(each))
                  .forEach(each -> mistakes.add(unknown(name, each)));
              if (properties.containsKey("cron") == properties.containsKey("at")) {
                mistakes.add(
                    "schedule " + name + ": set either " + key(name, "cron") + " or its at");
              }
            });
    return mistakes;
  }

  private static String unknown(String name, String property) {
    return property.isEmpty()
        ? "setting " + PREFIX + name + " is unknown: write it as in " + key(name, "cron")
        : "setting " + key(name, property) + " is unknown" + Nearest.suggestion(property, KNOWN);
  }

  private static String key(String name, String property) {
    return PREFIX + name + "." + property;
  }
}
