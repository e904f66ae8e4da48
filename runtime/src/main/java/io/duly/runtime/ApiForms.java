package io.duly.runtime;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Checks what the settings of the external API must look like; each check throws
 * IllegalArgumentException saying what is wanted.
 */
final class ApiForms {
  private static final Pattern STATUS_LIST =
      Pattern.compile("|\\d{3}(-\\d{3})?(,\\d{3}(-\\d{3})?)*");

  private static final Pattern FIELD = Pattern.compile("\\s*\\w[\\w.-]*\\s*=\\s*/[^=]*");
  private static final Pattern PLACE = Pattern.compile("\\{[^{}]+}");
  private static final Pattern FILLED_HOST = Pattern.compile("^[^/?#]*(//[^/?#]*)?[{}].*");

  private ApiForms() {}

  static void checkStatuses(String text) {
    String list = text.replace(" ", "");
    boolean isList = STATUS_LIST.matcher(list).matches();
    if (!isList || !Arrays.stream(list.split(",", -1)).allMatch(ApiForms::isAscending)) {
      throw new IllegalArgumentException(
          "'" + text + "' is no list of HTTP status codes: write it as in 200-204,208");
    }
  }

  private static boolean isAscending(String range) {
    String[] ends = range.split("-", -1);
    return ends[0].compareTo(ends[ends.length - 1]) <= 0;
  }

  /** Columns may fill path and query, never the host: an order must not choose who is called. */
  static void checkUrlTemplate(String text) {
    if (FILLED_HOST.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' leaves the host to the order");
    }
    checkUrl(PLACE.matcher(text).replaceAll("0"));
  }

  static void checkUrl(String text) {
    String scheme = text.isEmpty() ? "http" : URI.create(text).getScheme();
    if (!List.of("http", "https").contains(String.valueOf(scheme))) {
      throw new IllegalArgumentException("'" + text + "' is no http or https URL");
    }
  }

  static void checkPointer(String text) {
    if (!text.isEmpty() && !text.startsWith("/")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no JSON pointer: write it as in /receipt/number");
    }
  }

  static void checkPointers(String text) {
    if (!text.isBlank()
        && !Arrays.stream(text.split(",", -1)).allMatch(each -> FIELD.matcher(each).matches())) {
      throw new IllegalArgumentException(
          "'" + text + "' is no list of name=pointer: write it as in receipt=/receipt/number");
    }
  }
}
