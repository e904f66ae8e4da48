package io.duly.cli.doctor;

import io.duly.api.OrderApis;
import io.duly.ingest.Ingest;
import io.duly.orders.PublicationForm;
import io.duly.orders.Publications;
import io.duly.orders.Schema;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
      List<Finding> findings = new ArrayList<>();
      if (!publications.statements().isEmpty()) {
        findings.add(
            Finding.warning(
                "the publication is " + publications.found().orElse("missing"),
                "run `duly init` as the owner of the table: " + publications.statements()));
      }
      if (publications.wanted().form() == PublicationForm.MESSAGES) {
        findings.add(
            Finding.warning(
                "changes of the status by others are seen by sweeps only, because the table has no replica identity",
                "give it a primary key, or leave orders.publish=messages"));
      }
      return findings;
    }
  },
  SCAN("ingest finds what is due along the index of the id") {
    @Override
    public List<Finding> findings(Site site) {
      List<String> plan = Ingest.plan(site.settings(), site.jdbi(), site.table());
      boolean isByIndex =
          plan.stream().anyMatch(each -> each.contains("Index"))
              && plan.stream().noneMatch(each -> each.contains("Sort"));
      return isByIndex
          ? List.of()
          : List.of(
              Finding.warning(
                  "each page of ingest reads the whole table: " + String.join(" / ", plan),
                  "make a unique index on "
                      + site.table().id()
                      + " that is valid and of its order"));
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
      Duration apart =
          theirs.isBefore(before)
              ? Duration.between(theirs, before)
              : theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
      return apart.compareTo(Duration.ofSeconds(1)) < 0
          ? List.of()
          : List.of(
              Finding.warning(
                  String.format(
                      Locale.ROOT,
                      "the clocks of this machine and of the database are %.1f s apart",
                      apart.toMillis() / 1e3),
                  "let both follow NTP; schedules go by the database's clock, log lines by this machine's"));
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
