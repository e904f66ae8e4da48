package io.duly.ingest;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A random cron expression, and its meaning minute by minute, which needs no library. */
final class RandomCron {
  private record Field(String text, TreeSet<Integer> values, boolean isAny) {}

  private static final List<String> MONTHS =
      List.of("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" "));
  private static final List<String> WEEKDAYS = List.of("MON TUE WED THU FRI SAT SUN".split(" "));

  private final Random random;
  private final Field minute;
  private final Field hour;
  private final Field day;
  private final Field month;
  private final Field weekday;

  RandomCron(Random random) {
    this.random = random;
    this.minute = field(0, 59, 15, List.of());
    this.hour = field(0, 23, 40, List.of());
    this.day = field(1, 31, 70, List.of());
    this.month = field(1, 12, 85, MONTHS);
    this.weekday = field(0, 7, 70, WEEKDAYS); // Sunday is 0 and 7
  }

  /** {@code names} are those of the values from 1 on. */
  private Field field(int least, int most, int anyPercent, List<String> names) {
    if (random.nextInt(100) < anyPercent) {
      return new Field("*", all(least, most, 1), true);
    }
    int first = least + random.nextInt(most - least + 1);
    int last = first + random.nextInt(most - first + 1);
    int step = 2 + random.nextInt(Math.max(2, (most - least) / 2));
    String range = text(first, names) + "-" + text(last, names);
    return switch (random.nextInt(5)) {
      case 0 -> new Field(text(first, names), all(first, first, 1), false);
      case 1 -> new Field(range, all(first, last, 1), false);
      case 2 -> list(least, most, names);
      case 3 -> new Field("*/" + step, all(least, most, step), false);
      default -> new Field(range + "/" + step, all(first, last, step), false);
    };
  }

  private Field list(int least, int most, List<String> names) {
    TreeSet<Integer> values = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      values.add(least + random.nextInt(most - least + 1));
    }
    String text = values.stream().map(each -> text(each, names)).collect(Collectors.joining(","));
    return new Field(text, values, false);
  }

  private String text(int value, List<String> names) {
    if (value == 0 || names.isEmpty() || random.nextInt(3) > 0) {
      return String.valueOf(value);
    }
    String name = names.get(value - 1);
    return random.nextBoolean() ? name : name.toLowerCase(Locale.ROOT);
  }

  private static TreeSet<Integer> all(int first, int last, int step) {
    return IntStream.iterate(first, each -> each <= last, each -> each + step)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether it means {@code local}: where day and weekday are both limited, either is enough. */
  boolean matches(LocalDateTime local) {
    return minute.values.contains(local.getMinute())
        && hour.values.contains(local.getHour())
        && month.values.contains(local.getMonthValue())
        && matchesDay(local);
  }

  private boolean matchesDay(LocalDateTime local) {
    boolean isDay = day.values.contains(local.getDayOfMonth());
    int shown = local.getDayOfWeek().getValue();
    boolean isWeekday = weekday.values.contains(shown) || weekday.values.contains(shown % 7);
    return day.isAny || weekday.isAny ? isDay && isWeekday : isDay || isWeekday;
  }

  @Override
  public String toString() {
    return String.join(" ", minute.text, hour.text, day.text, month.text, weekday.text);
  }
}
