package io.duly.api;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What proves to the API who calls. Thread-safe; nothing of it is ever printed. */
interface Credentials {
  Credentials NONE = () -> CompletableFuture.completedFuture(Map.of());

  /** The headers of one request; fails where there are none to be had. */
  CompletionStage<Map<String, String>> headers();

  /** Learns that the API answered 401. */
  default void refused() {}

  /** The credentials of the settings; throws UserError where something of them is missing. */
  static Credentials of(Settings settings, Supplier<HttpConnections> connections) {
    return switch (settings.text("api.auth")) {
      case "none" -> NONE;
      case "header" -> {
        String name = settings.text("api.auth-header");
        HeaderTemplates.checkName("api.auth-header", name);
        SecretFile file = secret(settings);
        file.line();
        yield () -> CompletableFuture.completedFuture(Map.of(name, file.line()));
      }
      case "basic" -> {
        String user = settings.require("api.auth-user").text("api.auth-user");
        SecretFile file = secret(settings);
        yield () ->
            CompletableFuture.completedFuture(Map.of("Authorization", basic(user, file.text())));
      }
      case "oauth2" -> new OAuthTokens(settings, secret(settings), connections.get());
      default -> throw new UserError("setting api.auth: " + settings.text("api.auth"));
    };
  }

  private static SecretFile secret(Settings settings) {
    String path = settings.require("api.auth-file").text("api.auth-file");
    return SecretFile.open("api.auth-file", path);
  }

  /** The scheme Basic (RFC 7617). */
  static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
