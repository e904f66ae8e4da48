package io.duly.cli;

import io.duly.operations.LagTrend;
import io.duly.operations.PartitionLag;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.MemberDescription;
import org.jspecify.annotations.Nullable;

/** Lag as rows: the columns of kafka-consumer-groups.sh in its order, then Duly's own. */
record LagRows(String group, LagTrend trend, Instant now) {
  static final List<String> COLUMNS =
      List.of(
          "GROUP",
          "TOPIC",
          "PARTITION",
          "CURRENT-OFFSET",
          "LOG-END-OFFSET",
          "LAG",
          "CONSUMER-ID",
          "HOST",
          "CLIENT-ID",
          "TIME-LAG",
          "TREND",
          "RATE",
          "ETA");

  /** Times are seconds, rates are offsets a second, both with one decimal. */
  List<@Nullable Object> row(PartitionLag lag) {
    MemberDescription member = lag.member();
    LagTrend.Course course = trend.of(lag.partition());
    return Arrays.asList(
        group,
        lag.partition().topic(),
        lag.partition().partition(),
        lag.committed(),
        lag.end(),
        lag.lag(),
        member == null ? null : member.consumerId(),
        member == null ? null : member.host(),
        member == null ? null : member.clientId(),
        seconds(lag.age(now)),
        course == null ? null : course.trend(),
        course == null ? null : rounded(course.rate()),
        course == null ? null : seconds(course.eta()));
  }

  /** The same for people: a duration has its unit. */
  List<@Nullable Object> line(PartitionLag lag) {
    List<@Nullable Object> row = row(lag);
    row.set(COLUMNS.indexOf("TIME-LAG"), withUnit(row.get(COLUMNS.indexOf("TIME-LAG")), "s"));
    row.set(COLUMNS.indexOf("RATE"), withUnit(row.get(COLUMNS.indexOf("RATE")), "/s"));
    row.set(COLUMNS.indexOf("ETA"), withUnit(row.get(COLUMNS.indexOf("ETA")), "s"));
    return row;
  }

  private static @Nullable Object withUnit(@Nullable Object value, String unit) {
    return value == null ? null : String.format(Locale.ROOT, "%s%s", value, unit);
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : rounded(duration.toMillis() / 1000.0);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
