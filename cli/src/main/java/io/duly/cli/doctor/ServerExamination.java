package io.duly.cli.doctor;

import io.duly.orders.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What the database server gives to all of its databases. */
enum ServerExamination implements Examination {
  WAL_LEVEL("the server writes what logical decoding needs") {
    @Override
    public List<Finding> findings(Site site) {
      return Judgement.walLevel(
          site.jdbi()
              .withHandle(
                  handle ->
                      handle
                          .createQuery("SELECT current_setting('wal_level')")
                          .mapTo(String.class)
                          .one()));
    }
  },
  SLOTS_LEFT("there is a replication slot for Duly, or room for one") {
    @Override
    public List<Finding> findings(Site site) {
      return site.jdbi()
          .withHandle(
              handle ->
                  handle
                      .createQuery(USES)
                      .bind("slot", Schema.slot(site.settings()))
                      .map((row, context) -> room(row))
                      .one());
    }

    private List<Finding> room(ResultSet row) throws SQLException {
      return Judgement.room(
          new Judgement.Use(row.getInt("slots"), row.getInt("max_slots"), row.getBoolean("made")),
          new Judgement.Use(
              row.getInt("senders"), row.getInt("max_senders"), row.getBoolean("read")));
    }
  };

  private static final String USES =
      """
      SELECT (SELECT count(*) FROM pg_replication_slots) AS slots,
        current_setting('max_replication_slots')::int AS max_slots,
        EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = :slot) AS made,
        (SELECT count(*) FROM pg_stat_replication) AS senders,
        current_setting('max_wal_senders')::int AS max_senders,
        EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = :slot AND active) AS read
      """;

  private final String meaning;

  ServerExamination(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
