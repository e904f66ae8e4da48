package io.duly.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Where the log goes: standard error, or a file, as text or with {@code DULY_LOG_FORMAT=json} as
 * JSON lines. Never standard output, which belongs to results.
 */
final class Logging {
  private static final String PATTERN =
      "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{0} - %msg%n%ex";

  /** Libraries that speak of every connection at INFO or warn of what is meant. */
  private static final List<String> QUIET =
      List.of(
          "org.apache.kafka",
          "io.debezium",
          "org.flywaydb",
          "com.zaxxer.hikari",
          "kafka",
          "org.reflections",
          "io.vertx",
          "io.zonky",
          "io.netty",
          "state.change.logger");

  /**
   * Libraries that warn of what is usual here: offsets of a transaction under way, topics made
   * twice at the first start.
   */
  private static final List<String> MUTE =
      List.of(
          "org.apache.kafka.clients.admin.internals.ListConsumerGroupOffsetsHandler",
          "kafka.server.DefaultAutoTopicCreationManager");

  /**
   * What of Debezium tells of its death, with long traces, again and again: the reconciler does,
   * once for each cause.
   */
  private static final List<String> SILENT =
      List.of(
          "io.debezium.embedded.async.AsyncEmbeddedEngine",
          "io.debezium.pipeline.ErrorHandler",
          "io.debezium.util.Threads",
          "io.debezium.connector.postgresql.connection.PostgresReplicationConnection");

  private Logging() {}

  static void toStandardError() {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    use(console);
  }

  static void toFile(Path file) {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file.toString());
    use(appender);
  }

  private static Encoder<ILoggingEvent> encoder() {
    if ("json".equals(System.getenv("DULY_LOG_FORMAT"))) {
      return new JsonLines();
    }
    PatternLayoutEncoder pattern = new PatternLayoutEncoder();
    pattern.setPattern(PATTERN);
    return pattern;
  }

  private static void use(OutputStreamAppender<ILoggingEvent> appender) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Encoder<ILoggingEvent> encoder = encoder();
    encoder.setContext(context);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    MUTE.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
    SILENT.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
  }
}
