package io.duly.sandbox;

import java.nio.file.Path;

/** A JVM that starts PostgreSQL and dies without stopping it. */
final class LeavesPostgresBehind {
  private LeavesPostgresBehind() {}

  @SuppressWarnings("resource")
  public static void main(String[] folder) {
    EmbeddedPostgres.start(Path.of(folder[0]));
    Runtime.getRuntime().halt(9);
  }
}
