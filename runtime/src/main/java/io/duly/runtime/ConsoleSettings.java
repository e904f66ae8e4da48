package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.util.List;

/** The settings of the operators' page. */
final class ConsoleSettings {
  private ConsoleSettings() {}

  static void define(Definitions def) {
    def.number(
        "console.port",
        0,
        0,
        MEDIUM,
        "Port of the operators' page; with 0 `duly run` serves none, `duly console` takes 7979.");
    def.text(
        "console.host",
        "127.0.0.1",
        MEDIUM,
        "Address that the page is bound to. Any but a loopback address needs console.token-file, and console.tls.* or console.proxy.");
    def.text(
        "console.token-file",
        "",
        MEDIUM,
        "File that holds the token that opens the page; readable by its owner alone.");
    def.choice(
        "console.actions",
        "auto",
        List.of("on", "off"),
        "Whether the page may change anything; auto: only where it is bound to a loopback address.");
    def.text(
        "console.base-path", "/", LOW, "Path under which a proxy serves the page, as in /duly/.");
    def.text(
        "console.tls.certificate",
        "",
        MEDIUM,
        "PEM file of the page's certificate chain; with it and the key the page is served by HTTPS.");
    def.text("console.tls.key", "", MEDIUM, "PEM file of its key.");
    def.flag(
        "console.proxy",
        "A proxy before the page ends TLS and passes the Host header on; needs console.public-url and console.token-file.");
    def.text(
        "console.public-url",
        "",
        MEDIUM,
        "Where that proxy serves the page, without a path, as in https://ops.example.com; requests for any other host are refused.");
  }
}
