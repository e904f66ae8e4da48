package io.duly.e2e.crash;

import io.duly.runtime.Stop;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The wire between a process and its server, which can be cut: the server gets one more request of
 * each connection, and no answer comes back. A process asks for the cut by connecting to {@link
 * #cutPort()}. Thread-safe.
 */
final class Wire implements AutoCloseable {
  private static final Duration LAST_REQUEST = Duration.ofMillis(300);

  private final ServerSocket entrance;
  private final ServerSocket scissors;
  private final int target;
  private final Stop stop = new Stop();
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();

  /** Both ends of a connection through the wire. */
  private static final class Pair {
    private final Socket client;
    private final Socket server;
    private volatile boolean isCut;

    private Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void drop() {
      quietly(client);
      quietly(server);
    }
  }

  private Wire(int target) {
    try {
      this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      this.scissors = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.target = target;
  }

  /** A wire to a port of this machine. */
  static Wire to(int target) {
    Wire wire = new Wire(target);
    thread("wire-accept", wire::accept);
    thread("wire-cut", wire::obey);
    return wire;
  }

  int port() {
    return entrance.getLocalPort();
  }

  int cutPort() {
    return scissors.getLocalPort();
  }

  private static void thread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket client = entrance.accept();
        Pair pair = new Pair(client, new Socket(InetAddress.getLoopbackAddress(), target));
        pairs.add(pair);
        thread("wire-up", () -> pump(pair, pair.client, pair.server, true));
        thread("wire-down", () -> pump(pair, pair.server, pair.client, false));
      } catch (IOException e) {
        // closed, or the server is away: the client finds its connection closed
      }
    }
  }

  private void pump(Pair pair, Socket from, Socket to, boolean up) {
    byte[] buffer = new byte[65_536];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (pair.isCut && !up) {
          continue; // the answer is lost
        }
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // one end is gone, so the other one goes
    }
    pair.drop();
    pairs.remove(pair);
  }

  private void obey() {
    while (!scissors.isClosed()) {
      try {
        Socket wish = scissors.accept();
        List<Pair> cut = List.copyOf(pairs);
        cut.forEach(each -> each.isCut = true);
        thread("wire-drop", () -> dropLater(cut));
        wish.close();
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void dropLater(List<Pair> cut) {
    stop.pause(LAST_REQUEST);
    cut.forEach(Pair::drop);
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // gone already
    }
  }

  @Override
  public void close() {
    stop.raise();
    try {
      entrance.close();
      scissors.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pairs.forEach(Pair::drop);
  }
}
