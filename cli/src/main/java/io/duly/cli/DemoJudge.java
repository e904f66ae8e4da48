package io.duly.cli;

/** placeholder until the verdict package is there. */
final class DemoJudge implements AutoCloseable {
  static DemoJudge sworn(DemoServers servers, DemoOptions options) {
    return new DemoJudge();
  }

  DemoResult judge(Installation installation, int inFlightAtKill) {
    return new DemoResult(
        installation
            .database()
            .jdbi()
            .withHandle(
                h ->
                    h.createQuery(
                            "select (select json_agg(t)::text from (select status, count(*) from orders group by 1) t) || ' ' || (select json_agg(t)::text from (select outcome, witness, count(*) from duly.attempt group by 1,2) t) || ' ' || (select (extract(epoch from max(finished_at)-min(opened_at)))::text from duly.attempt, (select opened_at from duly.run limit 1) r) || ' kill ' || :k")
                        .bind("k", inFlightAtKill)
                        .mapTo(String.class)
                        .one()));
  }

  @Override
  public void close() {}
}
