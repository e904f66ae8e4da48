package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.operations.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A console, and its installation with it, and how a test speaks to it. */
record Open(Installation installation, Console console) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Who does it and why, as members of a JSON object. */
  static final String BY = "\"who\": \"Ann\", \"reason\": \"for a test\"";

  URI at(String path) {
    return URI.create(console.url() + path);
  }

  private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request;
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    return CLIENT.send(
        with(HttpRequest.newBuilder(at(path)), headers).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    return CLIENT.send(
        with(HttpRequest.newBuilder(at(path)), headers)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** As the page does it: with the CSRF token. */
  HttpResponse<String> act(String path, String body) throws Exception {
    return post("api/v1/" + path, body, "X-Csrf-Token", csrf());
  }

  /** What a route tells. */
  JsonNode read(String path) throws Exception {
    return JSON.readTree(get("api/v1/" + path).body());
  }

  String csrf() throws Exception {
    return read("session").path("csrf").asText();
  }

  /** The first line of the answer to {@code request} as it stands. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", console.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  @Override
  public void close() {
    console.close();
    installation.close();
  }
}
