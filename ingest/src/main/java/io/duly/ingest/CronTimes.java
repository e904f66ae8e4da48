package io.duly.ingest;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * The fire times of a cron expression of five fields on the wall clocks of a zone. The expression
 * is read on a calendar without changes of the clocks, and {@link FireTimes#resolve} says what its
 * times mean in the zone: so a skipped time fires at the change, together with what is due then,
 * and a repeated one fires once. Immutable.
 */
final class CronTimes implements FireTimes {
  private final ExecutionTime calendar;
  private final ZoneRules rules;

  private CronTimes(ExecutionTime calendar, ZoneRules rules) {
    this.calendar = calendar;
    this.rules = rules;
  }

  /** Throws IllegalArgumentException saying what is wrong with {@code expression}. */
  static CronTimes of(String expression, ZoneId zone) {
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    return new CronTimes(
        ExecutionTime.forCron(parser.parse(expression).validate()), zone.getRules());
  }

  @Override
  public Optional<Instant> after(Instant instant) {
    Optional<LocalDateTime> next = next(local(instant));
    while (next.isPresent() && !FireTimes.resolve(next.get(), rules).isAfter(instant)) {
      next = next(next.get()); // the clocks repeat an hour that has fired
    }
    return next.map(each -> FireTimes.resolve(each, rules));
  }

  @Override
  public Optional<Instant> latest(Instant instant) {
    LocalDateTime bound = local(instant);
    ZoneOffsetTransition change = rules.getTransition(bound);
    if (change != null && change.isOverlap() && !instant.isBefore(change.getInstant())) {
      bound = change.getDateTimeBefore().minusNanos(1); // all of the repeated hour has fired
    }
    ZonedDateTime end = bound.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1).atZone(ZoneOffset.UTC);
    return calendar
        .lastExecution(end)
        .map(each -> FireTimes.resolve(each.toLocalDateTime(), rules));
  }

  private Optional<LocalDateTime> next(LocalDateTime local) {
    return calendar.nextExecution(local.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
  }

  private LocalDateTime local(Instant instant) {
    return LocalDateTime.ofInstant(instant, rules.getOffset(instant));
  }
}
