package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A way to run a program as a user that PostgreSQL accepts: one with a name, and not root. The way
 * is a prefix of the command that replaces itself by the program, so the program stays our child.
 *
 * @param prefix the words before the program's own
 * @param ownership to whom the files that the program works on must belong
 */
record Unprivileged(List<String> prefix, Ownership ownership) {
  /** Who owns the files that the program works on. */
  enum Ownership {
    OURS,
    NOBODY
  }

  private static final String NOBODY = "65534";
  private static final Unprivileged DIRECT = new Unprivileged(List.of(), Ownership.OURS);
  private static final List<Unprivileged> WAYS =
      List.of(
          DIRECT,
          new Unprivileged(List.of("unshare", "--user"), Ownership.OURS),
          new Unprivileged(
              List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"),
              Ownership.NOBODY));

  /** The first way that works here; throws IllegalStateException that lists what was tried. */
  static Unprivileged find() {
    if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
      return DIRECT;
    }
    List<String> seen = new ArrayList<>();
    for (Unprivileged way : WAYS) {
      String user = way.probe();
      if (user.matches("[A-Za-z_][A-Za-z0-9_.-]*") && !user.equals("root")) {
        return way;
      }
      seen.add(String.join(" ", way.command("id", "-un")) + " -> " + user);
    }
    throw new IllegalStateException(
        "PostgreSQL refuses to run as root or as a user without a name, and no way to another user"
            + " works here; start Duly as a normal user. Tried: "
            + String.join("; ", seen));
  }

  List<String> command(String... words) {
    return Stream.concat(prefix.stream(), Stream.of(words)).toList();
  }

  /** Gives the folder and all in it to whom the program runs as. */
  void own(Path folder) {
    if (prefix.isEmpty()) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      UserPrincipal owner = ownership == Ownership.NOBODY ? nobody(folder) : OurUser.principal();
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
          Files.setOwner(path, owner);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give " + folder + " to PostgreSQL's user", e);
    }
  }

  private static UserPrincipal nobody(Path folder) throws IOException {
    return folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
  }

  private String probe() {
    try {
      Process id = new ProcessBuilder(command("id", "-un")).redirectErrorStream(true).start();
      String answer = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = id.waitFor();
      return exit == 0 ? answer.strip() : "exit code " + exit + ": " + answer.strip();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while looking for a user for PostgreSQL", e);
    }
  }
}
