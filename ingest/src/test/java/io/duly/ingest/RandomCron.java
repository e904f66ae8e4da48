package io.duly.ingest;

import java.time.LocalDateTime;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A random cron expression, and its meaning minute by minute, which needs no library. */
final class RandomCron {
  private record Field(String text, TreeSet<Integer> values, boolean isAny) {}

  private final Field minute;
  private final Field hour;
  private final Field day;
  private final Field month;
  private final Field weekday;

  RandomCron(Random random) {
    this.minute = field(random, 0, 59, 15, true);
    this.hour = field(random, 0, 23, 40, true);
    this.day = field(random, 1, 31, 70, false);
    this.month = field(random, 1, 12, 85, false);
    this.weekday = field(random, 0, 6, 70, false);
  }

  private static Field field(Random random, int least, int most, int anyPercent, boolean steps) {
    if (random.nextInt(100) < anyPercent) {
      return new Field("*", all(least, most, 1), true);
    }
    int first = least + random.nextInt(most - least + 1);
    int last = first + random.nextInt(most - first + 1);
    int step = 1 + random.nextInt(Math.max(2, (most - least) / 2));
    return switch (random.nextInt(steps ? 5 : 3)) {
      case 0 -> new Field(String.valueOf(first), all(first, first, 1), false);
      case 1 -> new Field(first + "-" + last, all(first, last, 1), false);
      case 2 -> list(random, least, most);
      case 3 -> new Field("*/" + step, all(least, most, step), false);
      default -> new Field(first + "-" + last + "/" + step, all(first, last, step), false);
    };
  }

  private static Field list(Random random, int least, int most) {
    TreeSet<Integer> values = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      values.add(least + random.nextInt(most - least + 1));
    }
    String text = values.stream().map(String::valueOf).collect(Collectors.joining(","));
    return new Field(text, values, false);
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
    boolean isWeekday = weekday.values.contains(local.getDayOfWeek().getValue() % 7);
    return day.isAny || weekday.isAny ? isDay && isWeekday : isDay || isWeekday;
  }

  @Override
  public String toString() {
    return String.join(" ", minute.text, hour.text, day.text, month.text, weekday.text);
  }
}
