package io.duly.cli.doctor;

import io.duly.api.OrderApis;
import io.duly.ingest.Ingest;
import io.duly.orders.OrderStatus;
import io.duly.orders.OrdersTable;
import io.duly.orders.Publications;
import io.duly.orders.Schema;
import io.duly.orders.TableStatistics;
import io.duly.orders.TableTotals;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What takes more than one statement. */
enum OtherExamination implements Examination {
  SCHEMA("Duly's own tables are there, in the form of this version") {
    @Override
    public List<Finding> findings(Site site) {
      int pending = Schema.pending(site.jdbi(), site.table(), site.settings()).size();
      return pending == 0
          ? List.of()
          : List.of(
              Finding.problem(pending + " scripts of the schema duly are to be run", "duly init"));
    }
  },
  PUBLICATION("the log gives the changes of the orders table, and fails no update of it") {
    @Override
    public List<Finding> findings(Site site) {
      Publications publications = new Publications(site.jdbi(), site.table(), site.settings());
      return Judgement.publication(
          publications.found().orElse("missing"),
          publications.statements(),
          publications.wanted().form());
    }
  },
  SCAN("ingest finds what is due along the index of the id") {
    @Override
    public List<Finding> findings(Site site) {
      List<Finding> findings = new ArrayList<>();
      List<String> plan = Ingest.plan(site.settings(), site.jdbi(), site.table());
      findings.add(Judgement.scan(meaning(), plan, site.table().id()));
      new TableStatistics(site.jdbi(), site.table())
          .totals()
          .ifPresent(
              each ->
                  findings.addAll(
                      Judgement.lowerBound(
                          site.settings().text("ingest.after"),
                          each.rows(),
                          finished(each, site.table()))));
      return findings;
    }

    private long finished(TableTotals totals, OrdersTable table) {
      return Stream.of(OrderStatus.COMPLETED, OrderStatus.FAILED, OrderStatus.CANCELLED)
          .mapToLong(each -> totals.byValue().getOrDefault(table.value(each), 0L))
          .sum();
    }
  },
  CLOCK("this machine and the database agree on the time") {
    @Override
    public List<Finding> findings(Site site) {
      Instant before = Instant.now();
      Instant theirs =
          site.jdbi()
              .withHandle(
                  handle ->
                      handle.createQuery("SELECT clock_timestamp()").mapTo(Instant.class).one());
      Instant after = Instant.now();
      return Judgement.clock(before, theirs, after);
    }
  },
  API("the settings of the API hold together, and something listens at its address") {
    @Override
    public List<Finding> findings(Site site) {
      OrderApis.checked(site.settings());
      String url = site.settings().text("api.url");
      if (url.isEmpty()) {
        return List.of();
      }
      URI uri = URI.create(url.replaceAll("[{}]", ""));
      int port = uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(uri.getHost(), port), 3_000);
        return List.of();
      } catch (IOException e) {
        return List.of(
            Finding.problem(
                "nothing answers at " + uri.getHost() + ":" + port + " (" + e.getMessage() + ")",
                "start the API, or mend api.url; nothing was sent to it"));
      }
    }
  };

  private final String meaning;

  OtherExamination(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
