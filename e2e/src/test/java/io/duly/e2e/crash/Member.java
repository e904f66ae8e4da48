package io.duly.e2e.crash;

import io.duly.e2e.DulyCommandLine;
import io.duly.runtime.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of Duly, which may be told to fail at one place. Used by one thread. */
final class Member implements AutoCloseable {
  private static final List<String> QUICK =
      List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Process process;
  private final Path log;
  private final List<Cell> cells;
  private final @Nullable Wire wire;

  private Member(Process process, Path log, List<Cell> cells, @Nullable Wire wire) {
    this.process = process;
    this.log = log;
    this.cells = cells;
    this.wire = wire;
  }

  /**
   * Starts {@code duly part} with {@code settings}, to fail as {@code cells} say; its output goes
   * to {@code log}.
   */
  static Member start(
      String part, Path log, Map<String, String> settings, List<Cell> cells, int databasePort) {
    boolean cuts = cells.stream().anyMatch(each -> each.action() == Action.CUT);
    Wire wire = cuts ? Wire.to(databasePort) : null;
    ProcessBuilder builder =
        DulyCommandLine.of(QUICK, List.of(part))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    settings.forEach(
        (key, value) -> builder.environment().put(SettingsLoader.variable(key), value));
    if (wire != null) {
      String url = settings.get("database.url").replace(":" + databasePort, ":" + wire.port());
      builder.environment().put(SettingsLoader.variable("database.url"), url);
    }
    int cutPort = wire == null ? 0 : wire.cutPort();
    builder
        .environment()
        .put(
            "DULY_FAILPOINTS",
            String.join(",", cells.stream().map(each -> each.order(cutPort)).toList()));
    try {
      return new Member(builder.start(), log, cells, wire);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The cells whose failpoint was reached. */
  List<Cell> reached() {
    try {
      String text = Files.readString(log);
      return cells.stream()
          .filter(
              each -> text.contains("Failpoint fires failpoint=" + each.failpoint().key() + " "))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it stands still at the moment. */
  boolean isPaused() {
    try {
      return process.isAlive()
          && Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"))
              .contains(") T ");
    } catch (IOException e) {
      return false; // ended meanwhile
    }
  }

  void askToStop() {
    process.destroy();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (wire != null) {
      wire.close();
    }
  }
}
