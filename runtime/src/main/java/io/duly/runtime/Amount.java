package io.duly.runtime;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of things, or a share of them: {@code 100} or {@code 0.1%}.
 *
 * @param value a whole number, or percent
 */
public record Amount(BigDecimal value, boolean isShare) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})|(\\d{1,3}(?:\\.\\d{1,6})?)%");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** Parses {@code text}; throws IllegalArgumentException saying what is wanted. */
  public static Amount parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no amount: write it as in 100 or 0.1%");
    }
    boolean isShare = matcher.group(1) == null;
    BigDecimal value = new BigDecimal(isShare ? matcher.group(2) : matcher.group(1));
    if (isShare && value.compareTo(HUNDRED) > 0) {
      throw new IllegalArgumentException("'" + text + "' is more than all: at most 100%");
    }
    return new Amount(value, isShare);
  }

  public boolean isNone() {
    return value.signum() == 0;
  }

  /** How many that are of {@code total}; a part of one counts as one. */
  public long of(long total) {
    return isShare
        ? value
            .multiply(BigDecimal.valueOf(total))
            .divide(HUNDRED, 0, RoundingMode.CEILING)
            .longValueExact()
        : value.longValueExact();
  }

  /** Whether {@code count} of {@code total} are more than that. */
  public boolean isExceededBy(long count, long total) {
    BigDecimal most = isShare ? value.multiply(BigDecimal.valueOf(total)).divide(HUNDRED) : value;
    return BigDecimal.valueOf(count).compareTo(most) > 0;
  }
}
