package io.duly.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server on a raw socket that misbehaves as told. It counts connections, the bytes and the whole
 * requests that arrive. Each connection has a thread of its own; close() ends them all.
 */
final class FaultServer implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: *(\\d+)");

  /** What happens on a connection. */
  private interface Fault {
    void happen(Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<Socket, Boolean> open = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger bytes = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Fault fault = socket -> {};

  private FaultServer(ServerSocket listener) {
    this.listener = listener;
  }

  static FaultServer start() throws IOException {
    FaultServer server =
        new FaultServer(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    server.run("fault-server", server::accept);
    return server;
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** Answers each request with these bytes. */
  void answer(String head, String body) {
    answerWith("HTTP/1.1 " + head + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  private void answerWith(String text) {
    fault =
        socket -> {
          while (readRequest(socket)) {
            write(socket, text);
          }
        };
  }

  /** Resets the connection when the first bytes are there, without reading them. */
  void resetUnread() {
    fault =
        socket -> {
          while (socket.getInputStream().available() == 0
              && !closed.await(1, TimeUnit.MILLISECONDS)) {
            continue;
          }
          bytes.addAndGet(socket.getInputStream().available());
          requests.add("unread");
          reset(socket);
        };
  }

  /** Resets the connection when a request has been read. */
  void resetAfterReading() {
    fault =
        socket -> {
          readRequest(socket);
          reset(socket);
        };
  }

  /** Resets the connection when the first half of the head has been read. */
  void resetInTheMiddle() {
    fault =
        socket -> {
          bytes.addAndGet(socket.getInputStream().readNBytes(40).length);
          requests.add("half");
          reset(socket);
        };
  }

  /** Answers the first request on a connection and closes it in order, without announcing it. */
  void answerAndClose(String body) {
    fault =
        socket -> {
          readRequest(socket);
          write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        };
  }

  /** Answers the first request on a connection, reads the second and hangs up. */
  void answerAndHangUpAtTheSecond() {
    fault =
        socket -> {
          readRequest(socket);
          write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
          readRequest(socket);
        };
  }

  /** Sends half of an answer, then closes the connection in order. */
  void cutInHalf() {
    fault =
        socket -> {
          readRequest(socket);
          write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"reference\":\"r-1\"");
        };
  }

  /** Closes the connection in order after a request, without a word. */
  void hangUp() {
    fault = this::readRequest;
  }

  /** Reads and never answers. */
  void swallow() {
    fault =
        socket -> {
          readRequest(socket);
          closed.await();
        };
  }

  /** Answers at once and then drips the body, a byte each 20 ms, for ever. */
  void drip() {
    fault =
        socket -> {
          readRequest(socket);
          write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
          while (!closed.await(20, TimeUnit.MILLISECONDS)) {
            write(socket, " ");
          }
        };
  }

  /** Says what is no HTTP. */
  void babble() {
    answerWith("220 smtp ready\r\n\r\n");
  }

  int connections() {
    return connections.get();
  }

  /** Bytes that have arrived. */
  int bytes() {
    return bytes.get();
  }

  /** The requests that have arrived in full, and those left unread on purpose. */
  List<String> requests() {
    return requests;
  }

  /** Whether no client holds a connection any more. */
  boolean isLeftAlone() {
    return open.isEmpty();
  }

  private void accept() throws IOException {
    while (true) {
      Socket socket = listener.accept();
      connections.incrementAndGet();
      open.put(socket, true);
      run("fault-server-connection", () -> serve(socket));
    }
  }

  private void serve(Socket socket) throws IOException, InterruptedException {
    try (socket) {
      fault.happen(socket);
    } finally {
      open.remove(socket);
    }
  }

  /** Reads one request with its body; false where the client has gone. */
  private boolean readRequest(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    int headEnd = -1;
    int wanted = Integer.MAX_VALUE;
    while (text.length() < wanted) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      bytes.incrementAndGet();
      text.append((char) next);
      if (headEnd < 0 && text.toString().endsWith("\r\n\r\n")) {
        headEnd = text.length();
        Matcher length = LENGTH.matcher(text);
        wanted = headEnd + (length.find() ? Integer.parseInt(length.group(1)) : 0);
      }
    }
    requests.add(text.toString());
    return true;
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private interface Part {
    void run() throws IOException, InterruptedException;
  }

  private void run(String name, Part part) {
    Thread thread =
        new Thread(
            () -> {
              try {
                part.run();
              } catch (IOException e) {
                // The other side or close() has ended the connection: nothing is left to do.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name.toLowerCase(Locale.ROOT));
    threads.add(thread);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    for (Socket socket : open.keySet()) {
      socket.close();
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
