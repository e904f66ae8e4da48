package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL 18 on 127.0.0.1 as a child of this JVM, durable ({@code fsync} and {@code
 * synchronous_commit} on) and ready for logical replication. Its data lives in one folder and
 * outlives {@link #close()} and {@link #kill()}; a later start on the folder continues with it, at
 * the same port where that is still free. A server that a killed JVM left behind in the folder is
 * stopped first. Everybody on this machine may log in: it is for demos and tests.
 *
 * <p>One thread at a time may use it. It is not stopped when the JVM ends without {@link #close()}.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private final PostgresPrograms programs;
  private final FolderLock lock;
  private final RunningPostgres server;

  private EmbeddedPostgres(PostgresPrograms programs, FolderLock lock, RunningPostgres server) {
    this.programs = programs;
    this.lock = lock;
    this.server = server;
  }

  /** As {@link #start(Path, Map)} without settings of the caller's own. */
  public static EmbeddedPostgres start(Path dataFolder) {
    return start(dataFolder, Map.of());
  }

  /**
   * Starts a server on the folder and waits until it answers, 60 s at most.
   *
   * @param dataFolder created and filled if it does not exist
   * @param serverSettings settings of postgresql.conf by name; they win over ours
   * @throws IllegalStateException with the last lines of the server's log if it does not come up,
   *     or if another server holds the folder
   */
  public static EmbeddedPostgres start(Path dataFolder, Map<String, String> serverSettings) {
    PostgresFolder folder = new PostgresFolder(dataFolder);
    FolderLock lock = FolderLock.take(folder.root());
    try {
      PostgresPrograms programs = PostgresPrograms.on(folder);
      PostgresOrphan.stop(programs);
      initialise(programs);
      return new EmbeddedPostgres(programs, lock, RunningPostgres.start(programs, serverSettings));
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void initialise(PostgresPrograms programs) {
    PostgresFolder folder = programs.folder();
    try {
      if (!folder.isInitialised()) {
        Folders.delete(folder.unfinished());
        programs.user().own(folder.root());
        programs.initdb();
        Files.move(folder.unfinished(), folder.data());
      }
      programs.user().own(folder.root());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder.root(), e);
    }
  }

  public int port() {
    return server.port();
  }

  /**
   * JDBC URL of database {@code postgres} as its superuser {@code postgres}, without a password.
   */
  public String jdbcUrl() {
    return server.jdbcUrl();
  }

  /** The folder given at the start; the data is in {@code pgdata}, the log {@code postgres.log}. */
  public Path dataFolder() {
    return programs.folder().root();
  }

  /** Kills the server and its children with SIGKILL, as a crash does; returns when it is dead. */
  public void kill() {
    List<ProcessHandle> children = server.process().descendants().toList();
    server.process().destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    awaitEnd();
    lock.close();
  }

  /** Disconnects all clients and stops the server; does nothing if it is stopped or killed. */
  @Override
  public void close() {
    if (server.process().isAlive()) {
      programs.stopFast();
      awaitEnd();
    }
    lock.close();
  }

  private void awaitEnd() {
    try {
      if (!server.process().waitFor(10, TimeUnit.SECONDS)) {
        server.process().destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      server.process().destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
