package io.duly.e2e;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * KRaft's own authorizer, which keeps what it was asked. The broker makes one and the controller
 * another, so what they keep is static. Thread-safe.
 */
public final class WatchedAuthorizer extends StandardAuthorizer {
  /** What a user wanted to do with something of one name. */
  record Question(String user, AclOperation operation, ResourcePattern resource) {}

  private static final Set<Question> ALLOWED = ConcurrentHashMap.newKeySet();
  private static final Set<Question> DENIED = ConcurrentHashMap.newKeySet();

  @Override
  public List<AuthorizationResult> authorize(
      AuthorizableRequestContext context, List<Action> actions) {
    List<AuthorizationResult> results = super.authorize(context, actions);
    for (int i = 0; i < results.size(); i++) {
      Action action = actions.get(i);
      Question question =
          new Question(context.principal().getName(), action.operation(), action.resourcePattern());
      if (results.get(i) == AuthorizationResult.ALLOWED) {
        ALLOWED.add(question);
      } else if (action.logIfDenied()) { // not where a list only leaves out what is denied
        DENIED.add(question);
      }
    }
    return results;
  }

  static Set<Question> allowed() {
    return Set.copyOf(ALLOWED);
  }

  static Set<Question> denied() {
    return Set.copyOf(DENIED);
  }
}
