package io.duly.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
  static final Failpoints ACTIVE = parse(System.getenv().getOrDefault("DULY_FAILPOINTS", ""));

  private static final Logger log = LoggerFactory.getLogger(Failpoints.class);

  /** What to do, and how many times the place is passed before. */
  private record Order(String action, String argument, AtomicInteger left) {}

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
    String[] sides = text.split("[=@]", -1);
    String[] action = sides.length < 2 ? new String[] {""} : sides[1].split(":", 2);
    for (Failpoint each : Failpoint.values()) {
      if (each.key().equals(sides[0])) {
        int at = sides.length > 2 ? Integer.parseInt(sides[2]) : 1;
        orders.put(
            each, new Order(action[0], action.length > 1 ? action[1] : "", new AtomicInteger(at)));
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
    switch (order.action()) {
      case "halt" -> Runtime.getRuntime().halt(137);
      case "pause" -> pause(order.argument());
      case "throw" -> throw new IllegalStateException("failpoint " + failpoint.key());
      case "cut" -> cut(Integer.parseInt(order.argument()));
      default -> throw new UserError("DULY_FAILPOINTS: no action '" + order.action() + "'");
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
