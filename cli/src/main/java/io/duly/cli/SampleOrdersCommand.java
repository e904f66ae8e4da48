package io.duly.cli;

import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.duly.sandbox.SampleOrders;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes an orders table as a shop would have it, and fills it. */
@Command(
    name = "sample-orders",
    mixinStandardHelpOptions = true,
    description =
        "Makes a plain orders table and fills it with PENDING orders: of the TPC-H generator, or your own from a CSV file.")
final class SampleOrdersCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--count",
      defaultValue = "10000",
      description = "How many orders of the generator. Default: ${DEFAULT-VALUE}")
  private long count;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description =
          "Your own: a header line, columns customer,total_price,priority,clerk,order_date and optionally id.")
  private @Nullable Path csv;

  @Option(names = "--if-empty", description = "Leave a table that holds orders as it is.")
  private boolean isOnlyIfEmpty;

  @Override
  public Integer call() {
    Settings settings = options.load().require("database.url");
    Database.checkReachable(settings);
    try (Connection connection = Database.connect(settings)) {
      return load(connection, settings.text("orders.table"));
    } catch (SQLException e) {
      throw new UserError(
          "the sample orders cannot be loaded: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  private int load(Connection connection, String table) throws SQLException {
    SampleOrders.createTable(connection, table);
    if (isOnlyIfEmpty && !SampleOrders.isEmpty(connection, table)) {
      System.err.println(table + " holds orders already, none is loaded");
      return 0;
    }
    long loaded =
        csv == null
            ? SampleOrders.loadTpch(connection, table, count)
            : SampleOrders.loadCsv(connection, table, csv);
    System.err.println(loaded + " orders loaded into " + table);
    return 0;
  }
}
