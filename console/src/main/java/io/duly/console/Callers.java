package io.duly.console;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells whom a request is from, and whether it was meant for us. Used by the event loop. */
final class Callers {
  private static final String COOKIE = "duly_session";
  private static final String BEARER = "Bearer ";

  private final Access access;
  private final Sessions sessions;

  Callers(Access access) {
    this.access = access;
    this.sessions = new Sessions(access.token());
  }

  /**
   * One who is let in.
   *
   * @param session null for a program that sends the token with each request
   */
  record Caller(Sessions.@Nullable Session session) {}

  /**
   * A page of another site cannot make a browser send our name as Host, unless that site's name
   * leads to this address: so only names of ours are answered.
   */
  boolean isHostOurs(HttpServerRequest request) {
    HostAndPort host = request.authority();
    if (host == null) {
      return false;
    }
    if (access.publicName() != null) {
      return access.publicName().equals(Access.name(host.host(), host.port()));
    }
    String name = host.host().replace("[", "").replace("]", "");
    return name.equals("localhost")
        || name.equals("127.0.0.1")
        || name.equals("::1")
        || name.equals(access.host())
        || (!Access.isLoopback(access.host()) && access.isTls());
  }

  /** Whom {@code request} is from; empty where it shows neither a session nor the token. */
  Optional<Caller> caller(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    if (header != null
        && header.startsWith(BEARER)
        && sessions.isToken(header.substring(BEARER.length()))) {
      return Optional.of(new Caller(null));
    }
    Cookie cookie = request.getCookie(COOKIE);
    return sessions.find(cookie == null ? null : cookie.getValue()).map(Caller::new);
  }

  /** Whether no page but ours can have had a browser send this. */
  boolean isFromOurPage(HttpServerRequest request, Caller caller) {
    if (caller.session() == null) {
      return true;
    }
    String origin = request.getHeader("Origin");
    String own =
        access.publicName() != null
            ? "https://" + access.publicName()
            : (access.isTls() ? "https://" : "http://") + request.authority();
    return (origin == null || origin.equals(own))
        && caller.session().csrf().equals(request.getHeader("X-Csrf-Token"));
  }

  /** Opens a session with a cookie in the answer to {@code request}; empty for another token. */
  Optional<Caller> login(HttpServerRequest request, String token) {
    Optional<Sessions.Session> session = sessions.login(token);
    session.ifPresent(
        each ->
            request
                .response()
                .addCookie(
                    Cookie.cookie(COOKIE, each.id())
                        .setHttpOnly(true)
                        .setSameSite(CookieSameSite.STRICT)
                        .setSecure(access.isSecure())
                        .setPath(access.basePath())));
    return session.map(Caller::new);
  }

  void logout(Caller caller) {
    if (caller.session() != null) {
      sessions.logout(caller.session().id());
    }
  }
}
