package io.duly.console;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the page, and for what, as the settings say. Immutable.
 *
 * @param token that opens the page; null where it is open to whoever reaches the loopback address
 * @param canAct whether it may change anything
 * @param certificate PEM file; null where the page is not served by TLS
 * @param key PEM file; null with the certificate
 * @param proxied whether a proxy ends TLS and answers for the Host header
 * @param basePath begins and ends with a slash
 */
record Access(
    String host,
    @Nullable String token,
    boolean canAct,
    @Nullable Path certificate,
    @Nullable Path key,
    boolean proxied,
    String basePath) {
  private static final int LEAST = 16;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  /** Throws UserError where the page would be open to strangers. */
  static Access of(Settings settings) {
    String host = settings.text("console.host");
    boolean isLoopback = isLoopback(host);
    String tokenFile = settings.text("console.token-file");
    Path certificate = path(settings.text("console.tls.certificate"));
    Path key = path(settings.text("console.tls.key"));
    boolean proxied = settings.isTrue("console.proxy");
    if ((certificate == null) != (key == null)) {
      throw new UserError("console.tls.certificate and console.tls.key are needed together");
    }
    if (!isLoopback && tokenFile.isBlank()) {
      throw new UserError(
          "console.host " + host + " is open to others: console.token-file is needed");
    }
    if (!isLoopback && certificate == null && !proxied) {
      throw new UserError(
          "console.host "
              + host
              + " is open to others: console.tls.certificate and console.tls.key are needed, or console.proxy=true behind a proxy that ends TLS");
    }
    String actions = settings.text("console.actions");
    return new Access(
        host,
        tokenFile.isBlank() ? null : token(Path.of(tokenFile)),
        actions.equals("on") || (actions.equals("auto") && isLoopback && !proxied),
        certificate,
        key,
        proxied,
        basePath(settings.text("console.base-path")));
  }

  private static @Nullable Path path(String text) {
    return text.isBlank() ? null : Path.of(text);
  }

  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new UserError("console.host " + host + " is no address of this machine", e);
    }
  }

  private static String token(Path file) {
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw new UserError("console.token-file " + file + " is open to others: chmod 600 " + file);
      }
      String token = Files.readString(file, StandardCharsets.UTF_8).strip();
      if (token.length() < LEAST) {
        throw new UserError(
            "console.token-file "
                + file
                + " holds "
                + token.length()
                + " characters, at least "
                + LEAST
                + " are needed");
      }
      return token;
    } catch (IOException e) {
      throw new UserError("console.token-file cannot be read: " + e, e);
    }
  }

  private static String basePath(String text) {
    String path = text.startsWith("/") ? text : "/" + text;
    if (!path.matches("[A-Za-z0-9/_.~-]*")) {
      throw new UserError("console.base-path is " + text + ": a path as in /duly/ is wanted");
    }
    return path.endsWith("/") ? path : path + "/";
  }

  boolean isTls() {
    return certificate != null;
  }

  /** Whether cookies are for HTTPS alone. */
  boolean isSecure() {
    return isTls() || proxied;
  }
}
