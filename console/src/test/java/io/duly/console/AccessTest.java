package io.duly.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  private static final String URL = "https://OPS.example.com:443/";

  @TempDir Path folder;

  private String token(String permissions, String text) throws IOException {
    Path file =
        Files.createFile(
            folder.resolve("token-" + permissions),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    Files.writeString(file, text);
    return file.toString();
  }

  private static Access access(String... given) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < given.length; i += 2) {
      settings.put("console." + given[i], given[i + 1]);
    }
    return Access.of(Settings.of(settings));
  }

  @Test
  void theLoopbackAddressIsOpenAndMayAct() {
    Access access = access();

    assertThat(access.token()).isNull();
    assertThat(access.canAct()).isTrue();
    assertThat(access.basePath()).isEqualTo("/");
    assertThat(access("host", "::1", "actions", "off").canAct()).isFalse();
  }

  @Test
  void anyOtherAddressNeedsATokenAndTlsOrAProxyAndIsReadOnly() throws IOException {
    String token = token("rw-------", "0123456789abcdef\n");

    assertThatThrownBy(() -> access("host", "0.0.0.0"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("console.token-file is needed");
    assertThatThrownBy(() -> access("host", "0.0.0.0", "token-file", token))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("or console.proxy=true");
    Access access =
        access("host", "0.0.0.0", "token-file", token, "proxy", "true", "public-url", URL);
    assertThat(access.token()).isEqualTo("0123456789abcdef");
    assertThat(access.canAct()).isFalse();
    assertThat(access.isSecure()).isTrue();
    assertThat(
            access("token-file", token, "proxy", "true", "public-url", URL, "actions", "on")
                .canAct())
        .isTrue();
  }

  @Test
  void aProxyOpensTheLoopbackAddressToOthersTooSoItNeedsATokenAndAName() throws IOException {
    String token = token("rw-------", "0123456789abcdef");

    assertThatThrownBy(() -> access("proxy", "true", "public-url", URL))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("console.token-file is needed");
    assertThatThrownBy(() -> access("token-file", token, "proxy", "true"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("console.public-url are needed together");
    assertThatThrownBy(() -> access("public-url", URL)).hasMessageContaining("together");
    Access access = access("token-file", token, "proxy", "true", "public-url", URL);
    assertThat(access.publicName()).isEqualTo("ops.example.com");
    assertThat(access.canAct()).isFalse();
    for (String each :
        new String[] {"http://a.example", "https://a.example/duly", "a.example", "https://a b"}) {
      assertThatThrownBy(() -> access("token-file", token, "proxy", "true", "public-url", each))
          .as(each)
          .isInstanceOf(UserError.class)
          .hasMessageContaining("console.public-url is");
    }
  }

  @Test
  void aTokenThatOthersCanReadOrGuessIsRefused() throws IOException {
    String open = token("rw-r--r--", "0123456789abcdef");
    String shorter = token("r--------", "secret");

    assertThatThrownBy(() -> access("token-file", open)).hasMessageContaining("chmod 600");
    assertThatThrownBy(() -> access("token-file", shorter))
        .hasMessageContaining("at least 16 are needed");
    assertThatThrownBy(() -> access("token-file", folder + "/none"))
        .hasMessageContaining("cannot be read");
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> access("tls.key", "key.pem")).hasMessageContaining("together");
    assertThatThrownBy(() -> access("base-path", "/a b")).hasMessageContaining("/duly/");
    assertThat(access("base-path", "duly").basePath()).isEqualTo("/duly/");
  }
}
