package io.duly.console;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the page, and for what, as the settings say. Immutable.
 *
 * @param token that opens the page; null where it is open to whoever reaches the loopback address
 * @param canAct whether it may change anything
 * @param certificate null where the page is not served by TLS
 * @param publicName host, and port unless it is 443, under which a proxy that ends TLS serves the
 *     page; null where no proxy does
 * @param basePath begins and ends with a slash
 */
record Access(
    String host,
    @Nullable String token,
    boolean canAct,
    @Nullable Certificate certificate,
    @Nullable String publicName,
    String basePath) {
  private static final int LEAST = 16;
  private static final int HTTPS = 443;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  /** PEM files of a certificate chain and its key. */
  record Certificate(Path chain, Path key) {}

  /** Throws UserError where the page would be open to strangers. */
  static Access of(Settings settings) {
    String host = settings.text("console.host");
    boolean isLoopback = isLoopback(host);
    String publicName = publicName(settings);
    String tokenFile = settings.text("console.token-file");
    Certificate certificate = certificate(settings);
    if (tokenFile.isBlank() && !isLoopback) {
      throw new UserError(
          "console.host " + host + " is open to others: console.token-file is needed");
    }
    if (tokenFile.isBlank() && publicName != null) {
      throw new UserError(
          "console.proxy opens the page to whoever reaches the proxy: console.token-file is needed");
    }
    if (!isLoopback && certificate == null && publicName == null) {
      throw new UserError(
          "console.host "
              + host
              + " is open to others: console.tls.certificate and console.tls.key are needed, or console.proxy=true behind a proxy that ends TLS");
    }
    String actions = settings.text("console.actions");
    return new Access(
        host,
        tokenFile.isBlank() ? null : token(Path.of(tokenFile)),
        actions.equals("on") || (actions.equals("auto") && isLoopback && publicName == null),
        certificate,
        publicName,
        basePath(settings.text("console.base-path")));
  }

  private static @Nullable Certificate certificate(Settings settings) {
    String chain = settings.text("console.tls.certificate");
    String key = settings.text("console.tls.key");
    if (chain.isBlank() != key.isBlank()) {
      throw new UserError("console.tls.certificate and console.tls.key are needed together");
    }
    return chain.isBlank() ? null : new Certificate(Path.of(chain), Path.of(key));
  }

  private static @Nullable String publicName(Settings settings) {
    String url = settings.text("console.public-url");
    if (settings.isTrue("console.proxy") == url.isBlank()) {
      throw new UserError("console.proxy=true and console.public-url are needed together");
    }
    if (url.isBlank()) {
      return null;
    }
    try {
      URI parsed = new URI(url);
      String origin = "https://" + parsed.getRawAuthority();
      if (parsed.getHost() != null
          && parsed.getUserInfo() == null
          && (url.equals(origin) || url.equals(origin + "/"))) {
        return name(parsed.getHost(), parsed.getPort());
      }
    } catch (URISyntaxException e) {
      throw new UserError("console.public-url is no URL: " + e.getMessage(), e);
    }
    throw new UserError(
        "console.public-url is "
            + url
            + ": a URL as in https://ops.example.com is wanted; a path is given by console.base-path");
  }

  /** How browsers write a host of an HTTPS URL. */
  static String name(String host, int port) {
    return host.toLowerCase(Locale.ROOT) + (port <= 0 || port == HTTPS ? "" : ":" + port);
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

  /** Whether browsers come by HTTPS: cookies are for that alone then. */
  boolean isSecure() {
    return isTls() || publicName != null;
  }
}
