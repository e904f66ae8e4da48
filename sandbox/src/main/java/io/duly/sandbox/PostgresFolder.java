package io.duly.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What lies where in the folder of an embedded PostgreSQL.
 *
 * @param root the folder the user chose
 */
record PostgresFolder(Path root) {
  PostgresFolder {
    root = root.toAbsolutePath().normalize();
  }

  /** PostgreSQL's own data folder; exists only when it is complete. */
  Path data() {
    return root.resolve("pgdata");
  }

  /** Where {@code initdb} works; left over only by one that was interrupted. */
  Path unfinished() {
    return root.resolve("pgdata.unfinished");
  }

  Path log() {
    return root.resolve("postgres.log");
  }

  Path port() {
    return root.resolve("port");
  }

  Path processFile() {
    return data().resolve("postmaster.pid");
  }

  boolean isInitialised() {
    return Files.exists(data().resolve("PG_VERSION"));
  }
}
