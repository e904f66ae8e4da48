package io.duly.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/** The user that this JVM creates files as. */
final class OurUser {
  private OurUser() {}

  static UserPrincipal principal() throws IOException {
    Path ours = Files.createTempFile("duly", ".owner");
    try {
      return Files.getOwner(ours);
    } finally {
      Files.delete(ours);
    }
  }
}
