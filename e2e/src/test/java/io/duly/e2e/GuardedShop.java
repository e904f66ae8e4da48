package io.duly.e2e;

import io.duly.runtime.KafkaClients;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclPermissionType;
import org.awaitility.Awaitility;

/**
 * A shop whose broker wants a password, and allows each user what a {@link RightsTable} gives a
 * part. There is one of it in a JVM, see {@link WatchedAuthorizer}. Used by one thread.
 */
record GuardedShop(Shop shop, RightsTable table) implements AutoCloseable {
  private static final String ADMIN = "admin";

  /** Opens it for users, each with the rights of the part that {@code parts} tells of it. */
  static GuardedShop open(Path folder, RightsTable table, Map<String, String> parts)
      throws Exception {
    Shop shop = Shop.open(folder, SampleContract.LOOKUP, "20ms", 100, broker(parts.keySet()));
    Stream.of("topic.due", "topic.results", "topic.dead", "topic.intents", "worker.group")
        .forEach(shop::without); // the table has the default names
    shop.with("kafka.security.protocol", "SASL_PLAINTEXT").with("kafka.sasl.mechanism", "PLAIN");
    GuardedShop guarded = new GuardedShop(shop, table);
    guarded.allow(parts);
    return guarded;
  }

  private static Map<String, String> broker(Collection<String> users) {
    String passwords =
        Stream.concat(users.stream(), Stream.of(ADMIN))
            .map(each -> " user_%s=\"%1$s\"".formatted(name(each)))
            .collect(Collectors.joining("", "", ";"));
    return Map.of(
        "authorizer.class.name",
        WatchedAuthorizer.class.getName(),
        "allow.everyone.if.no.acl.found",
        "false",
        "super.users",
        "User:admin;User:ANONYMOUS", // as whom the broker speaks to the controller
        "listener.security.protocol.map",
        "BROKER:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "sasl.enabled.mechanisms",
        "PLAIN",
        "sasl.mechanism.inter.broker.protocol",
        "PLAIN",
        "listener.name.broker.plain.sasl.jaas.config",
        login(ADMIN).replace(";", passwords));
  }

  private static String login(String user) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%1$s\";"
        .formatted(name(user));
  }

  private static String name(String user) {
    return user.replaceAll("[^a-z]+", "-");
  }

  private void allow(Map<String, String> parts) throws Exception {
    List<AclBinding> bindings = new ArrayList<>();
    parts.forEach(
        (user, part) -> table.of(part).forEach(right -> bindings.add(binding(user, right))));
    try (Admin admin = new KafkaClients(asAdmin().settings()).admin()) {
      admin.createAcls(bindings).all().get();
      Awaitility.await() // the controller confirms them before the broker has heard of them
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  admin.describeAcls(AclBindingFilter.ANY).values().get().size()
                      == bindings.size());
    }
  }

  private static AclBinding binding(String user, RightsTable.Right right) {
    String principal = "User:" + name(user);
    return new AclBinding(
        right.resource(),
        new AccessControlEntry(principal, "*", right.operation(), AclPermissionType.ALLOW));
  }

  /** The shop, where all that is started from now on is that user's. */
  Shop as(String user) {
    return shop.with("kafka.sasl.jaas.config", login(user));
  }

  /** The same for one who may do everything. */
  Shop asAdmin() {
    return as(ADMIN);
  }

  /** Rights of {@code part} that the user of that name did not need so far. */
  List<RightsTable.Right> unused(String part) {
    return table.of(part).stream()
        .filter(
            right ->
                WatchedAuthorizer.allowed().stream()
                    .filter(each -> each.user().equals(name(part)))
                    .noneMatch(right::answers))
        .toList();
  }

  /** What {@code users} wanted to do so far and may not. */
  List<WatchedAuthorizer.Question> denied(Collection<String> users) {
    List<String> names = users.stream().map(GuardedShop::name).toList();
    return WatchedAuthorizer.denied().stream().filter(each -> names.contains(each.user())).toList();
  }

  @Override
  public void close() {
    shop.close();
  }
}
