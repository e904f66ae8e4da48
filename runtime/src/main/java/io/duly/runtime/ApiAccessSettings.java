package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.util.List;

/** The settings of how the external API is reached: connection, TLS, credentials. */
final class ApiAccessSettings {
  private ApiAccessSettings() {}

  static void define(Definitions def) {
    connection(def);
    credentials(def);
  }

  private static void connection(Definitions def) {
    def.choice(
        "api.http-version",
        "1.1",
        List.of("1.1", "2"),
        "HTTP version; 2 is negotiated over TLS and taken for granted without.");
    def.duration(
        "api.keep-alive",
        "4s",
        LOW,
        "How long an unused connection is kept; shorter than the server keeps it, so that no request meets a closing one.");
    def.text(
        "api.tls-certificate", "", MEDIUM, "PEM file of the client's certificate, for mutual TLS.");
    def.text("api.tls-key", "", MEDIUM, "PEM file of the client's key (PKCS#8).");
    def.text(
        "api.tls-ca",
        "",
        MEDIUM,
        "PEM file of the authority that the server's certificate must come from; empty: the authorities of Java.");
  }

  private static void credentials(Definitions def) {
    def.choice(
        "api.auth",
        "none",
        List.of("none", "header", "basic", "oauth2"),
        "Credentials: `header` (api.auth-header with the content of api.auth-file), `basic` (api.auth-user with the password in api.auth-file), `oauth2` (client credentials with the secret in api.auth-file). Files are read again when they change.");
    def.text("api.auth-header", "Authorization", MEDIUM, "Header of api.auth=header.");
    def.text(
        "api.auth-file", "", MEDIUM, "File of the header's value, the password or the secret.");
    def.text("api.auth-user", "", MEDIUM, "User of api.auth=basic.");
    def.url("api.auth-token-url", "URL that gives the tokens of api.auth=oauth2.");
    def.text("api.auth-client-id", "", MEDIUM, "Client id of api.auth=oauth2.");
    def.text("api.auth-scope", "", LOW, "Scope that api.auth=oauth2 asks for; empty: none.");
  }
}
