package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** Collects settings by their kind of value. Not thread-safe. */
final class Definitions {
  private static final Pattern WINDOW =
      Pattern.compile(
          "((Mon|Tue|Wed|Thu|Fri|Sat|Sun) +)?([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d");

  private static final Duration LONGEST = Duration.ofDays(3660);

  private final ConfigDef all = new ConfigDef();

  ConfigDef all() {
    return all;
  }

  void text(String key, String value, Importance importance, String doc) {
    all.define(key, ConfigDef.Type.STRING, value, importance, doc);
  }

  void secret(String key, String doc) {
    all.define(key, ConfigDef.Type.PASSWORD, "", HIGH, doc);
  }

  void flag(String key, String doc) {
    all.define(key, ConfigDef.Type.BOOLEAN, false, HIGH, doc);
  }

  void number(String key, int value, int least, Importance importance, String doc) {
    all.define(key, ConfigDef.Type.INT, value, ConfigDef.Range.atLeast(least), importance, doc);
  }

  /** A whole number from 0 to {@code most}, in percent. */
  void percent(String key, int value, int most, String doc) {
    all.define(key, ConfigDef.Type.INT, value, ConfigDef.Range.between(0, most), HIGH, doc);
  }

  /** One of {@code values}, or nothing. */
  void choice(String key, List<String> values, String doc) {
    choice(key, "", values, doc);
  }

  /** One of {@code values}, or {@code value}. */
  void choice(String key, String value, List<String> values, String doc) {
    List<String> allowed = new ArrayList<>(values);
    if (!allowed.contains(value)) {
      allowed.add(value);
    }
    all.define(
        key,
        ConfigDef.Type.STRING,
        value,
        ConfigDef.ValidString.in(allowed.toArray(String[]::new)),
        HIGH,
        doc);
  }

  void duration(String key, String value, Importance importance, String doc) {
    checked(key, value, importance, doc, Definitions::checkDuration);
  }

  /** A duration, or nothing. */
  void optionalDuration(String key, String value, Importance importance, String doc) {
    checked(
        key,
        value,
        importance,
        doc,
        text -> {
          if (!text.isBlank()) {
            checkDuration(text);
          }
        });
  }

  /** A number, or a share in percent. */
  void amount(String key, String value, String doc) {
    checked(key, value, MEDIUM, doc, Amount::parse);
  }

  /** HTTP status codes and ranges of them. */
  void statuses(String key, String value, String doc) {
    checked(key, value, HIGH, doc, ApiForms::checkStatuses);
  }

  /** An http or https URL, or nothing. */
  void url(String key, String doc) {
    checked(key, "", HIGH, doc, ApiForms::checkUrl);
  }

  /** As {@link #url}, with places for an order's values in path and query. */
  void urlTemplate(String key, String doc) {
    checked(key, "", HIGH, doc, ApiForms::checkUrlTemplate);
  }

  /** A JSON pointer (RFC 6901), or nothing. */
  void pointer(String key, String value, String doc) {
    checked(key, value, LOW, doc, ApiForms::checkPointer);
  }

  /** A comma-separated list of name=JSON pointer. */
  void pointers(String key, String doc) {
    checked(key, "", LOW, doc, ApiForms::checkPointers);
  }

  /** An IANA time zone. */
  void zone(String key, String doc) {
    checked(key, "UTC", MEDIUM, doc, Definitions::checkZone);
  }

  /** Windows of time, of every day or of a day of the week. */
  void windows(String key, String doc) {
    checked(key, "", HIGH, doc, Definitions::checkWindows);
  }

  /** Lanes with the number of their partitions. */
  void lanes(String key, String doc) {
    checked(key, "", MEDIUM, doc, LaneShares::parse);
  }

  /** Throws IllegalArgumentException saying what is wrong with a value. */
  private interface Check {
    void accept(String value);
  }

  private void checked(String key, String value, Importance importance, String doc, Check check) {
    ConfigDef.Validator validator =
        (name, given) -> {
          try {
            check.accept(String.valueOf(given));
          } catch (IllegalArgumentException e) {
            throw new ConfigException(name, given, e.getMessage());
          }
        };
    all.define(key, ConfigDef.Type.STRING, value, validator, importance, doc);
  }

  private static void checkDuration(String text) {
    Duration duration = Durations.parse(text);
    if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "'" + text + "' must be above 0 and at most " + LONGEST.toDays() + "d");
    }
  }

  private static void checkZone(String text) {
    try {
      Objects.requireNonNull(ZoneId.of(text));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no time zone: write it as in UTC or Europe/Berlin", e);
    }
  }

  private static void checkWindows(String text) {
    if (!text.isBlank()
        && !Arrays.stream(text.split(",", -1))
            .allMatch(each -> WINDOW.matcher(each.strip()).matches())) {
      throw new IllegalArgumentException(
          "'" + text + "' is no list of windows: write it as in 01:00-02:30, Sun 03:00-05:00");
    }
  }
}
