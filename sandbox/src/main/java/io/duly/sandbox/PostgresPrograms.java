package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL's programs on one data folder. Each appends its output to the folder's log.
 *
 * @param home the folder that holds {@code bin}
 * @param user the user they run as
 * @param folder the data folder they run on
 */
record PostgresPrograms(Path home, Unprivileged user, PostgresFolder folder) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static PostgresPrograms on(PostgresFolder folder) {
    return new PostgresPrograms(PostgresBinaries.unpacked(), Unprivileged.find(), folder);
  }

  /** Fills {@link PostgresFolder#unfinished()} with an empty database cluster. */
  void initdb() {
    String target = folder.unfinished().toString();
    Process initdb =
        start(
            "initdb",
            List.of("-D", target, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"));
    if (await(initdb, PATIENCE) != 0) {
      throw new IllegalStateException(
          "initdb failed on " + target + "; last lines of its log:\n" + LastLines.of(folder.log()));
    }
  }

  /** Starts the server as a direct child, so that it is reaped when it is killed. */
  Process postgres(int port, Map<String, String> settings) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("-D", folder.data().toString(), "-p", Integer.toString(port)));
    settings.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
    return start("postgres", words);
  }

  /** Asks the server to disconnect its clients and stop; returns when it has or time is over. */
  void stopFast() {
    String data = folder.data().toString();
    List<String> words = List.of("stop", "-D", data, "-m", "fast", "-w", "-t", "20");
    await(start("pg_ctl", words), PATIENCE);
  }

  private Process start(String program, List<String> words) {
    List<String> command = new ArrayList<>(user.command(home.resolve("bin/" + program).toString()));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    builder.directory(folder.root().toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    }
  }

  /** The exit code, or -1 and the process killed when it took longer. */
  private static int await(Process process, Duration patience) {
    try {
      if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return -1;
  }
}
