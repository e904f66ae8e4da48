package io.duly.reconciler;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A receiver that answers one post with {@code head} and then never comes to the end of a body.
 * What it does ends when the sender has left, or with close().
 */
final class HalfReceiver implements AutoCloseable {
  private static final long DRIP_MILLIS = 50;
  private static final int LONGEST_MILLIS = 5_000;

  private final ServerSocket socket;
  private final CompletableFuture<Void> ended;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CompletableFuture<Boolean> left = new CompletableFuture<>();

  private HalfReceiver(String head, boolean drips) throws IOException {
    this.socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    this.ended = CompletableFuture.runAsync(() -> answer(head, drips));
  }

  /** Writes nothing more after {@code head}. */
  static HalfReceiver stalling(String head) throws IOException {
    return new HalfReceiver(head, false);
  }

  /** Writes a byte now and then for ever after {@code head}. */
  static HalfReceiver dripping(String head) throws IOException {
    return new HalfReceiver(head, true);
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/";
  }

  /** Waits until the sender has closed its connection. */
  boolean wasLeft() throws Exception {
    return left.get(LONGEST_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void answer(String head, boolean drips) {
    try (Socket sender = socket.accept()) {
      sender.setSoTimeout(LONGEST_MILLIS);
      sender.getOutputStream().write(head.getBytes(US_ASCII));
      while (drips && !closed.await(DRIP_MILLIS, TimeUnit.MILLISECONDS)) {
        sender.getOutputStream().write('.');
      }
      awaitEnd(sender.getInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SocketTimeoutException e) {
      left.complete(false);
    } catch (IOException e) {
      left.complete(closed.getCount() > 0);
    }
  }

  private void awaitEnd(InputStream sent) throws IOException {
    int read = 0;
    while (read >= 0) {
      read = sent.read();
    }
    left.complete(closed.getCount() > 0);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
    ended.join();
  }
}
