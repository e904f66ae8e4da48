package io.duly.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process was asked to do at its failpoints, as in {@code
 * worker-claimed=halt@3,worker-sent=pause:6s}: at the third time, or the first. Each fires once.
 *
 * <ul>
 *   <li>{@code halt}: ends the process as SIGKILL does
 *   <li>{@code pause:6s}: stops the whole process for that long, as SIGSTOP and SIGCONT do
 *   <li>{@code throw}: throws IllegalStateException
 *   <li>{@code cut:PORT}: connects to that port of this machine and goes on when the connection is
 *       closed; the test cuts the process's other connections meanwhile
 * </ul>
 *
 * Thread-safe.
 */
final class Failpoints {
  private static final Pattern ORDER =
      Pattern.compile(
          "(?<place>[a-z-]+)=(?<action>halt|pause|throw|cut)(:(?<argument>\\w+))?(@(?<at>\\d+))?");
  private static final Logger log = LoggerFactory.getLogger(Failpoints.class);

  static final Failpoints ACTIVE = parse(System.getenv().getOrDefault("DULY_FAILPOINTS", ""));

  /** What to do, and how many times the place is passed before. */
  private record Order(String action, @Nullable String argument, AtomicInteger left) {}

  private final Map<Failpoint, Order> orders = new EnumMap<>(Failpoint.class);

  private Failpoints() {}

  /** Throws UserError where {@code text} is not understood. */
  static Failpoints parse(String text) {
    Failpoints failpoints = new Failpoints();
    for (String each : text.split(",", -1)) {
      if (!each.isBlank()) {
        failpoints.add(each.strip());
      }
    }
    return failpoints;
  }

  private void add(String text) {
    Matcher order = ORDER.matcher(text);
    if (!order.matches()) {
      throw new UserError(
          "DULY_FAILPOINTS: '"
              + text
              + "' is not understood, write it as in worker-claimed=halt@3");
    }
    for (Failpoint each : Failpoint.values()) {
      if (each.key().equals(order.group("place"))) {
        String at = order.group("at");
        AtomicInteger left = new AtomicInteger(at == null ? 1 : Integer.parseInt(at));
        orders.put(each, new Order(order.group("action"), order.group("argument"), left));
        return;
      }
    }
    throw new UserError("DULY_FAILPOINTS names no failpoint of Duly: '" + text + "'");
  }

  void reach(Failpoint failpoint) {
    Order order = orders.get(failpoint);
    if (order == null || order.left().decrementAndGet() != 0) {
      return;
    }
    log.warn("Failpoint fires failpoint={} action={}", failpoint.key(), order.action());
    String argument = String.valueOf(order.argument());
    switch (order.action()) {
      case "halt" -> Runtime.getRuntime().halt(137);
      case "pause" -> pause(argument);
      case "throw" -> throw new IllegalStateException("failpoint " + failpoint.key());
      case "cut" -> cut(Integer.parseInt(argument));
      default -> throw new IllegalStateException("no action " + order.action());
    }
  }

  private static void pause(String duration) {
    String seconds = String.valueOf(Durations.parse(duration).toMillis() / 1000.0);
    long pid = ProcessHandle.current().pid();
    String script = "kill -STOP " + pid + "; sleep " + seconds + "; kill -CONT " + pid;
    try {
      new ProcessBuilder("sh", "-c", script).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot pause this process", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void cut(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      // ends when the test has cut the others
      long unused = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reach the test at port " + port, e);
    }
  }
}
