package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The server that a JVM left behind in a data folder when it was killed. */
final class PostgresOrphan {
  private PostgresOrphan() {}

  /**
   * Stops it if it still runs. Only the holder of the folder's lock may call this. A process file
   * whose number now belongs to some other program is removed, or PostgreSQL would not start.
   */
  static void stop(PostgresPrograms programs) {
    PostgresFolder folder = programs.folder();
    Optional<ProcessHandle> process = process(folder.processFile());
    if (process.isEmpty()) {
      return;
    }
    if (isServerOf(folder, process.get())) {
      programs.stopFast();
      process.get().destroyForcibly();
    } else {
      delete(folder.processFile());
    }
  }

  private static Optional<ProcessHandle> process(Path file) {
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      String first = Files.readAllLines(file).stream().findFirst().orElse("");
      return first.matches("[0-9]{1,10}")
          ? ProcessHandle.of(Long.parseLong(first)).filter(ProcessHandle::isAlive)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static boolean isServerOf(PostgresFolder folder, ProcessHandle process) {
    String data = folder.data().toString();
    return process.info().commandLine().map(line -> line.contains(data)).orElse(false);
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the stale " + file, e);
    }
  }
}
