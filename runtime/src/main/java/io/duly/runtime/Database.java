package io.duly.runtime;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jdbi.v3.core.Jdbi;

/**
 * The connections to PostgreSQL. Each of the pool plans generically (a fresh table's statistics
 * make custom plans quadratic) and waits for the disk at commit. Thread-safe.
 */
public final class Database implements AutoCloseable {
  private static final int OLDEST = 15;

  /**
   * Server settings of each session: what the claim protocol needs, and limits so that nothing
   * hangs for ever.
   */
  private static final String OPTIONS =
      "-c plan_cache_mode=force_generic_plan -c synchronous_commit=on -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s";

  /** Set after connecting, because the driver sends the JVM's own zone over any option. */
  private static final String ZONE = "SET TIME ZONE 'UTC'";

  private final HikariDataSource pool;
  private final Jdbi jdbi;

  private Database(HikariDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  /**
   * Connects, checking first that the server answers and is new enough.
   *
   * @throws UserError where it is not, saying what to do
   */
  public static Database open(Settings settings, String name) {
    settings.require("database.url");
    checkReachable(settings);
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(settings.text("database.url"));
    Properties properties = properties(settings);
    properties.setProperty("ApplicationName", name);
    properties.setProperty("options", OPTIONS);
    properties.setProperty("prepareThreshold", "1");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("socketTimeout", "60");
    config.setDataSourceProperties(properties);
    config.setMaximumPoolSize(settings.number("database.pool-size"));
    config.setConnectionInitSql(ZONE);
    config.setMinimumIdle(0);
    config.setMetricRegistry(Metrics.globalRegistry);
    config.setConnectionTimeout(10_000);
    return new Database(new HikariDataSource(config));
  }

  /** A connection of its own outside the pool, with the same credentials; the caller closes it. */
  public static Connection connect(Settings settings) throws SQLException {
    Properties properties = properties(settings);
    properties.setProperty("tcpKeepAlive", "true");
    return DriverManager.getConnection(settings.text("database.url"), properties);
  }

  /** As {@link #connect(Settings)}; what the server does not answer within {@code wait} fails. */
  public static Connection connect(Settings settings, Duration wait) throws SQLException {
    Properties properties = properties(settings);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("socketTimeout", Long.toString(wait.toSeconds()));
    return DriverManager.getConnection(settings.text("database.url"), properties);
  }

  /** User and password as the driver wants them; empty where the URL carries them. */
  public static Properties properties(Settings settings) {
    Properties properties = new Properties();
    if (!settings.text("database.user").isEmpty()) {
      properties.setProperty("user", settings.text("database.user"));
    }
    String password = password(settings);
    if (!password.isEmpty()) {
      properties.setProperty("password", password);
    }
    return properties;
  }

  private static String password(Settings settings) {
    String file = settings.text("database.password-file");
    if (file.isEmpty()) {
      return settings.secret("database.password");
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new UserError(
          "database.password-file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Throws UserError where the server does not answer or is too old. */
  public static void checkReachable(Settings settings) {
    String given = settings.text("database.url");
    String url = given.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//");
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new UserError(
          "database.url is '" + url + "': write it as jdbc:postgresql://host:port/database");
    }
    Properties properties = properties(settings);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "10");
    try (Connection connection = DriverManager.getConnection(given, properties)) {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      if (version < OLDEST) {
        throw new UserError(
            "PostgreSQL at "
                + url
                + " is version "
                + version
                + ": Duly needs "
                + OLDEST
                + " or newer");
      }
    } catch (SQLException e) {
      String reason =
          String.valueOf(e.getMessage()).lines().findFirst().orElse("").replace(given, url);
      throw new UserError(
          "PostgreSQL is not reachable at "
              + url
              + " ("
              + reason
              + "): start it or mend database.url, database.user and the password",
          e);
    }
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  @Override
  public void close() {
    pool.close();
  }
}
