package io.duly.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Log lines as JSON objects. What a message says as {@code orderId=4711} is a field of its own as
 * well.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FIELD = Pattern.compile("(?<= )([a-zA-Z]\\w*)=(\\S*)");

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String message = event.getFormattedMessage();
    ObjectNode line =
        JSON.createObjectNode()
            .put("at", event.getInstant().toString())
            .put("level", event.getLevel().toString())
            .put("thread", event.getThreadName())
            .put("logger", event.getLoggerName())
            .put("message", message);
    Matcher field = FIELD.matcher(message);
    while (field.find()) {
      if (!line.has(field.group(1))) {
        line.put(field.group(1), field.group(2));
      }
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.put("thrown", ThrowableProxyUtil.asString(thrown));
    }
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
