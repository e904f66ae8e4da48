package io.duly.sandbox;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The warnings that a class logs while it is open. */
public final class Warnings implements AutoCloseable {
  private final Logger logger;
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  private Warnings(Logger logger) {
    this.logger = logger;
  }

  public static Warnings of(Class<?> type) {
    Warnings warnings = new Warnings((Logger) LoggerFactory.getLogger(type));
    warnings.appender.start();
    warnings.logger.setLevel(Level.WARN);
    warnings.logger.setAdditive(false);
    warnings.logger.addAppender(warnings.appender);
    return warnings;
  }

  public List<String> list() {
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(null);
    logger.setAdditive(true);
    appender.stop();
  }
}
