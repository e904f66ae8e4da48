package io.duly.sandbox;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the sample API takes for an order.
 *
 * @param shape how a duration is drawn
 * @param low the fixed duration, the smallest, or the median
 * @param high the fixed duration, the largest, or the 99th percentile
 */
public record Latency(Shape shape, Duration low, Duration high) {
  /** How a duration is drawn from the two given ones. */
  public enum Shape {
    FIXED(""),
    UNIFORM(".."),
    LOGNORMAL("~");

    private final String sign;

    Shape(String sign) {
      this.sign = sign;
    }
  }

  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,6})ms(?:(\\.\\.|~)([0-9]{1,6})ms)?");
  private static final double P99 = 2.3263478740408408;

  public Latency {
    if (low.isNegative() || high.compareTo(low) < 0) {
      throw new IllegalArgumentException(
          "latency: low must be 0 or more and high not below it, found " + low + " and " + high);
    }
    if (shape == Shape.LOGNORMAL && low.isZero()) {
      throw new IllegalArgumentException("latency: the median before ~ must be above 0ms");
    }
  }

  /**
   * Reads "50ms" (always), "20ms..80ms" (uniform, both ends included) or "50ms~500ms" (lognormal
   * with that median and 99th percentile).
   *
   * @throws IllegalArgumentException with the text and the forms that are understood
   */
  public static Latency parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "latency: found \"" + text + "\", wanted 50ms, 20ms..80ms or 50ms~500ms");
    }
    Duration low = millis(matcher.group(1));
    String sign = matcher.group(2);
    if (sign == null) {
      return new Latency(Shape.FIXED, low, low);
    }
    Shape shape = sign.equals(Shape.UNIFORM.sign) ? Shape.UNIFORM : Shape.LOGNORMAL;
    return new Latency(shape, low, millis(matcher.group(3)));
  }

  /** One duration, of whole milliseconds for a fixed latency. */
  public Duration draw(Random random) {
    return switch (shape) {
      case FIXED -> low;
      case UNIFORM -> low.plusNanos((long) (random.nextDouble() * high.minus(low).toNanos()));
      case LOGNORMAL -> Duration.ofNanos((long) (low.toNanos() * Math.exp(sigma(random))));
    };
  }

  private double sigma(Random random) {
    double spread = Math.log((double) high.toNanos() / low.toNanos()) / P99;
    return spread * random.nextGaussian();
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    String first = low.toMillis() + "ms";
    return shape == Shape.FIXED ? first : first + shape.sign + high.toMillis() + "ms";
  }

  private static Duration millis(String digits) {
    return Duration.ofMillis(Long.parseLong(digits));
  }
}
