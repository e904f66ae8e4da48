package io.duly.sandbox;

import java.nio.file.Path;

/**
 * How the sample API behaves.
 *
 * @param contract what it promises about a second call
 * @param latency from the arrival of a request to its answer; the effect comes half way
 * @param ratePerSecond calls it accepts in a second, 0 for any number
 * @param failureShare share of the orders it declines, from 0 to 1; which ones is fixed by their id
 * @param ledger its books, one JSON object a line; continued if the file exists
 * @param port where it listens, 0 for any free one
 */
public record SampleApiSettings(
    SampleContract contract,
    Latency latency,
    int ratePerSecond,
    double failureShare,
    Path ledger,
    int port) {
  public SampleApiSettings {
    if (ratePerSecond < 0) {
      throw new IllegalArgumentException(
          "ratePerSecond: found " + ratePerSecond + ", wanted 0 (no cap) or more");
    }
    if (!(failureShare >= 0 && failureShare <= 1)) {
      throw new IllegalArgumentException("failureShare: found " + failureShare + ", wanted 0 to 1");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: found " + port + ", wanted 0 to 65535");
    }
  }
}
