package io.duly.e2e.crash;

import io.duly.cli.Main;
import io.duly.runtime.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of Duly, which may be told to fail at one place. Used by one thread. */
final class Member implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final @Nullable Cell cell;
  private final @Nullable Wire wire;

  private Member(Process process, Path log, @Nullable Cell cell, @Nullable Wire wire) {
    this.process = process;
    this.log = log;
    this.cell = cell;
    this.wire = wire;
  }

  /**
   * Starts {@code duly part} with {@code settings}, to fail as {@code cell} says; its output goes
   * to {@code log}.
   */
  static Member start(
      String part, Path log, Map<String, String> settings, @Nullable Cell cell, int databasePort) {
    Wire wire = cell != null && cell.action() == Action.CUT ? Wire.to(databasePort) : null;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                part));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    settings.forEach(
        (key, value) -> builder.environment().put(SettingsLoader.variable(key), value));
    if (wire != null) {
      String url = settings.get("database.url").replace(":" + databasePort, ":" + wire.port());
      builder.environment().put(SettingsLoader.variable("database.url"), url);
    }
    if (cell != null) {
      String order = cell.action().order() + (wire == null ? "" : ":" + wire.cutPort());
      builder.environment().put("DULY_FAILPOINTS", cell.failpoint().key() + "=" + order);
    }
    try {
      return new Member(builder.start(), log, cell, wire);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nullable Cell cell() {
    return cell;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether the failpoint was reached. */
  boolean hasFailed() {
    try {
      return Files.readString(log).contains("Failpoint fires");
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
