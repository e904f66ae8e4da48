package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ports of 127.0.0.1 that nobody listens on at the moment of asking. */
final class FreePort {
  private FreePort() {}

  /**
   * The port that {@code memory} holds if it is still free, else a new one, which it then holds; so
   * that a server keeps its address over a restart where it can.
   */
  static int rememberedIn(Path memory) {
    try {
      int port = free(read(memory)) ? read(memory) : any();
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

  private static int any() throws IOException {
    try (ServerSocket socket = bound(0)) {
      return socket.getLocalPort();
    }
  }

  private static ServerSocket bound(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }
}
