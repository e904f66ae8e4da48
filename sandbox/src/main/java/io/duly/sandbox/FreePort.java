package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 that nobody listens on at the moment of asking, below those that systems give
 * to outgoing connections, so that nobody takes one before its server does.
 */
final class FreePort {
  private static final int FIRST = 10_000;
  private static final int END = 32_768;

  private FreePort() {}

  /**
   * The port that {@code memory} holds if it is still free, else a new one, which it then holds; so
   * that a server keeps its address over a restart where it can.
   */
  static int rememberedIn(Path memory) {
    return rememberedIn(memory, 0);
  }

  /** The same, but never {@code other}. */
  static int rememberedIn(Path memory, int other) {
    try {
      int known = read(memory);
      int port = known != other && free(known) ? known : anyBut(other);
      Files.writeString(memory, Integer.toString(port));
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot choose a port with " + memory, e);
    }
  }

  private static int read(Path memory) throws IOException {
    String text = Files.exists(memory) ? Files.readString(memory).strip() : "";
    return text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
  }

  private static boolean free(int port) {
    if (port < 1 || port > 65535) {
      return false;
    }
    try (ServerSocket socket = bound(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyBut(int other) {
    return ThreadLocalRandom.current()
        .ints(FIRST, END)
        .filter(port -> port != other && free(port))
        .findFirst()
        .orElseThrow();
  }

  private static ServerSocket bound(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }
}
