package io.duly.cli;

import io.duly.runtime.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a demonstration: the user's, which stays, or a temporary one, which goes when all
 * went well. One thread.
 */
final class DemoFolder implements AutoCloseable {
  private final Path path;
  private final PrintWriter notes;
  private final boolean temporary;
  private boolean allWell;

  private DemoFolder(Path path, boolean temporary, PrintWriter notes) {
    this.path = path;
    this.temporary = temporary;
    this.notes = notes;
  }

  /** Makes {@code wanted}, which must be empty, or a temporary folder where it is null. */
  static DemoFolder make(@Nullable Path wanted, PrintWriter notes) {
    try {
      if (wanted == null) {
        return new DemoFolder(Files.createTempDirectory("duly-demo-"), true, notes);
      }
      Path folder = Files.createDirectories(wanted).toAbsolutePath();
      try (Stream<Path> present = Files.list(folder)) {
        if (present.findAny().isPresent()) {
          throw new UserError(
              "--data " + wanted + " is not empty: a demo starts afresh, name a new folder");
        }
      }
      return new DemoFolder(folder, false, notes);
    } catch (IOException e) {
      throw new UserError("the data folder cannot be made: " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  /** Says that nobody will want to look into it. */
  void allWentWell() {
    allWell = true;
  }

  /** Deletes it, or says where it is. */
  @Override
  public void close() {
    if (!temporary || !allWell) {
      notes.println("data and logs are in " + path);
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
  }
}
