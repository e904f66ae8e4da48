package io.duly.worker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.duly.runtime.Loop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** The failures that the loops of this JVM log while it is open. Thread-safe. */
final class FailedPasses extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Loop.class);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  private FailedPasses() {}

  static FailedPasses watch() {
    FailedPasses watching = new FailedPasses();
    watching.start();
    watching.logger.setLevel(Level.WARN);
    watching.logger.setAdditive(false);
    watching.logger.addAppender(watching);
    return watching;
  }

  @Override
  protected void append(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    if (thrown != null) {
      failures.add(thrown.getClassName());
    }
  }

  /** Whether a pass failed with an exception whose class name ends so. */
  boolean sawA(String ending) {
    return failures.stream().anyMatch(each -> each.endsWith(ending));
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(null);
    logger.setAdditive(true);
    stop();
  }
}
