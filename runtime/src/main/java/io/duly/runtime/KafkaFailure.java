package io.duly.runtime;

import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** Says what is wrong when the brokers cannot be used, and which setting to mend. Pure. */
final class KafkaFailure {
  private static final Pattern SECRET =
      Pattern.compile("password|jaas|secret|token|keystore\\.(key|certificate)");

  private KafkaFailure() {}

  /** A message for {@code failure}, free of the secrets among {@code given}. */
  static String message(Throwable failure, Map<String, String> given) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof ApiException)) {
      cause = cause.getCause(); // the outer ones say only what was attempted
    }
    String servers = given.get("bootstrap.servers");
    String reason = " (" + withoutSecrets(String.valueOf(cause.getMessage()), given) + "): ";
    if (cause instanceof SslAuthenticationException) {
      return "TLS with Kafka at "
          + servers
          + " fails"
          + reason
          + "mend kafka.ssl.truststore.location, or the host names in kafka.bootstrap.servers";
    }
    if (cause instanceof AuthenticationException) {
      return "Kafka at "
          + servers
          + " refuses the login"
          + reason
          + "mend kafka.sasl.jaas.config or kafka.sasl.mechanism";
    }
    return "Kafka is not reachable at "
        + servers
        + reason
        + "start it, or mend kafka.bootstrap.servers (or kafka.security.protocol)";
  }

  /** {@code text} with each value of a secret property hidden. */
  static String withoutSecrets(String text, Map<String, String> given) {
    String hidden = text;
    for (Map.Entry<String, String> each : given.entrySet()) {
      if (SECRET.matcher(each.getKey()).find() && !each.getValue().isEmpty()) {
        hidden = hidden.replace(each.getValue(), "[hidden]");
      }
    }
    return hidden;
  }
}
