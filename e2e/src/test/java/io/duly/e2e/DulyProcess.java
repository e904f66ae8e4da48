package io.duly.e2e;

import io.duly.runtime.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A part of Duly as a process, with a log of its own. Used by one thread. */
record DulyProcess(Process process, Path log) implements AutoCloseable {
  private static final List<String> JAVA = List.of("-Xmx256m", "-XX:+UseSerialGC");

  /** Starts sooner and calculates more slowly, which tells by night only, where runs are long. */
  private static final List<String> QUICK =
      System.getProperty("duly.matrix", "pairwise").equals("full")
          ? List.of()
          : List.of("-XX:TieredStopAtLevel=1");

  /** The last one of {@code javaOptions} and the usual ones counts. */
  static DulyProcess start(
      String part, Map<String, String> settings, Path log, String... javaOptions) {
    List<String> java = new ArrayList<>(JAVA);
    java.addAll(QUICK);
    java.addAll(List.of(javaOptions));
    ProcessBuilder builder =
        DulyCommandLine.of(java, List.of(part))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    settings.forEach(
        (key, value) -> builder.environment().put(SettingsLoader.variable(key), value));
    try {
      return new DulyProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it with SIGKILL, without a word; returns when it is dead. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Stops all its threads where they are, until {@link #wake}. */
  void freeze() {
    signal("STOP");
  }

  void wake() {
    signal("CONT");
  }

  private void signal(String name) {
    List<String> command = List.of("kill", "-" + name, String.valueOf(process.pid()));
    try {
      if (new ProcessBuilder(command).start().onExit().join().exitValue() != 0) {
        throw new IllegalStateException("signal " + name + " was not sent to " + log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it has written {@code text} to its log. */
  boolean hasSaid(String text) {
    try {
      return Files.readString(log).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The most memory it has used so far, in MB: VmHWM of Linux. */
  long peakMegabytes() {
    try {
      return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 40, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
