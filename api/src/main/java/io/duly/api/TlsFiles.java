package io.duly.api;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's certificate, its key and the private authority, PEM files that may be exchanged
 * while we run. The lock makes each change seen once. Thread-safe.
 */
final class TlsFiles {
  private final @Nullable SecretFile certificate;
  private final @Nullable SecretFile key;
  private final @Nullable SecretFile authority;
  private final boolean negotiates;
  private List<String> seen;

  /** Throws UserError where a file is missing, or one of certificate and key. */
  TlsFiles(Settings settings, boolean negotiates) {
    this.certificate = file(settings, "api.tls-certificate");
    this.key = file(settings, "api.tls-key");
    this.authority = file(settings, "api.tls-ca");
    this.negotiates = negotiates;
    if ((certificate == null) != (key == null)) {
      throw new UserError("settings api.tls-certificate and api.tls-key need each other");
    }
    this.seen = content();
  }

  private static @Nullable SecretFile file(Settings settings, String name) {
    String path = settings.text(name);
    return path.isEmpty() ? null : SecretFile.open(name, path);
  }

  private List<String> content() {
    List<String> all = new ArrayList<>();
    for (SecretFile each : new SecretFile[] {certificate, key, authority}) {
      all.add(each == null ? "" : each.text());
    }
    return all;
  }

  /** Whether a file has changed since the last time it was asked. */
  synchronized boolean haveChanged() {
    List<String> now = content();
    boolean changed = !now.equals(seen);
    seen = now;
    return changed;
  }

  @Nullable PemKeyCertOptions identity() {
    return certificate == null || key == null
        ? null
        : new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(certificate.text()))
            .addKeyValue(Buffer.buffer(key.text()));
  }

  @Nullable PemTrustOptions trust() {
    return authority == null
        ? null
        : new PemTrustOptions().addCertValue(Buffer.buffer(authority.text()));
  }

  /** Throws UserError where the files are not what they should be. */
  void check(Vertx vertx) {
    PemKeyCertOptions identity = identity();
    PemTrustOptions trust = trust();
    try {
      if (identity != null) {
        identity.getKeyManagerFactory(vertx);
      }
      if (trust != null) {
        trust.getTrustManagerFactory(vertx);
      }
    } catch (Exception e) {
      throw new UserError(
          "settings api.tls-certificate, api.tls-key and api.tls-ca must be PEM files of a"
              + " certificate, its key (PKCS#8) and an authority",
          e);
    }
  }

  /** The options that the files make now. */
  ClientSSLOptions options() {
    ClientSSLOptions options =
        new ClientSSLOptions().setUseAlpn(negotiates).setHostnameVerificationAlgorithm("HTTPS");
    if (identity() != null) {
      options.setKeyCertOptions(identity());
    }
    if (trust() != null) {
      options.setTrustOptions(trust());
    }
    return options;
  }
}
