package io.duly.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lanes and how many partitions each has, as in {@code urgent:2, slow:1}. */
public final class LaneShares {
  /** The lane of all partitions that no other has. */
  public static final String MAIN = "main";

  private static final Pattern SHARE =
      Pattern.compile("([a-z][a-z0-9_-]{0,39})\\s*:\\s*([1-9]\\d{0,4})");

  private LaneShares() {}

  /**
   * The partitions of each lane in the order of {@code text}; nothing where it is blank.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static Map<String, Integer> parse(String text) {
    Map<String, Integer> shares = new LinkedHashMap<>();
    for (String each : text.isBlank() ? new String[0] : text.split(",", -1)) {
      Matcher share = SHARE.matcher(each.strip());
      if (!share.matches()) {
        throw new IllegalArgumentException(
            "'"
                + each.strip()
                + "' is no lane with its partitions: write them as in urgent:2,slow:1");
      }
      String lane = share.group(1);
      if (lane.equals(MAIN)) {
        throw new IllegalArgumentException(
            "main has all partitions that are left, and must not be listed");
      }
      if (shares.put(lane, Integer.valueOf(share.group(2))) != null) {
        throw new IllegalArgumentException("lane " + lane + " is listed twice");
      }
    }
    return Collections.unmodifiableMap(shares);
  }
}
