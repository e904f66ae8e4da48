package io.duly.sandbox;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.ArchUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once for each user and version from the jar for this machine. */
final class PostgresBinaries {
  /** Holds the number of files and folders, so that a missing one is noticed. */
  private static final String MARKER = "unpacked";

  private PostgresBinaries() {}

  /** The folder that holds {@code bin}, {@code lib} and {@code share}. */
  static Path unpacked() {
    try {
      Path parent = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
      Path home = parent.resolve("duly-postgres-" + System.getProperty("user.name") + "-" + hash());
      if (!isComplete(home)) {
        unpackInto(home, Files.createTempDirectory(parent, "duly-postgres-unpack"));
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the binaries of PostgreSQL", e);
    }
  }

  /** Unpacks beside and renames, so that two JVMs at once never see half a folder. */
  private static void unpackInto(Path home, Path beside) throws IOException {
    Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (InputStream packed = packed();
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(entry, tar, beside);
      }
    }
    Files.writeString(beside.resolve(MARKER), count(beside));
    if (!isComplete(home)) {
      Folders.delete(home);
    }
    try {
      Files.move(beside, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Folders.delete(beside);
      if (!isComplete(home)) {
        throw e;
      }
    }
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path folder)
      throws IOException {
    Path target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw new IOException("entry " + entry.getName() + " leads out of the archive");
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.resolveSibling("."));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, target);
    if ((entry.getMode() & 0100) != 0) {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** Whether nothing is missing, as it may be where a system clears old temporary files. */
  private static boolean isComplete(Path home) throws IOException {
    Path marker = home.resolve(MARKER);
    if (!Files.exists(marker)) {
      return false;
    }
    requireOurs(home);
    return Files.readString(marker).equals(count(home));
  }

  private static String count(Path home) throws IOException {
    try (Stream<Path> paths = Files.walk(home)) {
      return Long.toString(paths.filter(path -> !path.endsWith(MARKER)).count());
    }
  }

  private static void requireOurs(Path home) throws IOException {
    if (!Files.getOwner(home, LinkOption.NOFOLLOW_LINKS).equals(OurUser.principal())) {
      throw new IOException(home + " belongs to another user; remove it or set java.io.tmpdir");
    }
  }

  private static String hash() throws IOException {
    try (InputStream packed = packed()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(packed.readAllBytes());
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InputStream packed() throws IOException {
    String machine = ArchUtils.normalize(System.getProperty("os.arch"));
    InputStream packed = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), machine);
    return new BufferedInputStream(packed);
  }

  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return "Windows";
    }
    return name.startsWith("mac") ? "Darwin" : "Linux";
  }
}
