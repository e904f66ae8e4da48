package io.duly.cli.doctor;

import io.duly.orders.Schema;
import java.util.List;
import org.jdbi.v3.core.statement.SqlStatements;

/** What one statement each can see: it gives a row (level, says, advice) for what is not fine. */
enum DatabaseExamination implements Examination {
  DURABILITY(
      "a commit that was acknowledged survives a crash of the server",
      """
      SELECT 'PROBLEM', name || ' is off: a crash may forget results, and orders would be called again',
        'ALTER SYSTEM SET ' || name || ' = on; SELECT pg_reload_conf();'
      FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'
      """),
  REPLICATION_RIGHT(
      "the role may read the log",
      """
      SELECT 'PROBLEM', 'role ' || rolname || ' has no REPLICATION: the reconciler cannot read the log',
        format('ALTER ROLE %I REPLICATION;', rolname)
      FROM pg_roles WHERE rolname = current_user AND NOT rolreplication AND NOT rolsuper
      """),
  PRIVILEGES(
      "the role may read the orders, write their status, use Duly's tables and make temporary ones",
      """
      SELECT 'PROBLEM', 'role ' || current_user || ' may not ' || may, 'run the GRANTs that `duly init --dry-run` prints'
      FROM (VALUES
        ('make temporary tables', has_database_privilege(current_database(), 'TEMPORARY')),
        ('read ' || :table, has_table_privilege(:table, 'SELECT')),
        ('update ' || :status || ' of ' || :table, has_column_privilege(:table, :status, 'UPDATE')),
        ('use the schema duly', to_regnamespace('duly') IS NULL OR has_schema_privilege('duly', 'USAGE'))) AS needed(may, has)
      WHERE NOT has
      UNION ALL
      SELECT 'PROBLEM', format('role %s may not write %s', current_user, string_agg(oid::regclass::text, ', ')),
        'run the GRANTs that `duly init --dry-run` prints'
      FROM pg_class
      WHERE relnamespace = to_regnamespace('duly') AND relkind = 'r' AND relname <> 'flyway_schema_history'
        AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
          AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))
      HAVING count(*) > 0
      """),
  SLOT(
      "the slot is there, keeps the log that is needed, and somebody reads it",
      """
      SELECT 'WARNING', format('replication slot %s is missing', :slot::text),
        'run `duly init`, or start the reconciler: it makes the slot anew and looks at all open orders'
      WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = :slot)
      UNION ALL
      SELECT 'WARNING', format('the server has given up replication slot %s (wal_status %s)', slot_name, wal_status),
        'start the reconciler: it makes the slot anew and looks at all open orders; raise max_slot_wal_keep_size'
      FROM pg_replication_slots WHERE slot_name = :slot AND wal_status IN ('lost', 'unreserved')
      UNION ALL
      SELECT 'WARNING', format('nobody reads slot %s, which keeps %s of log', slot_name,
          pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn))),
        'start a reconciler, or drop the slot where Duly is not used any more'
      FROM pg_replication_slots WHERE slot_name = :slot AND NOT active AND wal_status NOT IN ('lost', 'unreserved')
      """),
  LOG_BOUND(
      "a reconciler that is away cannot fill the server's disk",
      """
      SELECT 'WARNING', 'max_slot_wal_keep_size is -1: while no reconciler runs, the log grows until the disk is full',
        'ALTER SYSTEM SET max_slot_wal_keep_size = ''20GB''; SELECT pg_reload_conf(); Duly makes up for a slot that was given up'
      WHERE current_setting('max_slot_wal_keep_size') = '-1'
      """),
  STATUS_VALUES(
      "each status in the table is one that Duly knows",
      """
      SELECT 'WARNING', format('about %s orders have status %L, which Duly never touches', round(c.reltuples * f.share), v.value),
        'map a status to it with orders.status.…, or leave it to others'
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = :status AND s.inherited = (c.relkind = 'p')
      CROSS JOIN unnest(s.most_common_vals::text::text[]) WITH ORDINALITY v(value, n)
      JOIN unnest(s.most_common_freqs) WITH ORDINALITY f(share, n) ON f.n = v.n
      WHERE c.oid = to_regclass(:table)
        AND v.value <> ALL (ARRAY[{PENDING}, {PROCESSING}, {COMPLETED}, {FAILED}, {IN_DOUBT}, {CANCELLED}]::text[])
      """),
  TRIGGERS(
      "no trigger is in the way of an update of the status",
      """
      SELECT 'WARNING', format('trigger %s fires at each update of the table', tgname),
        'what it does is part of each claim and each result: keep it short, it must not fail and not change the status'
      FROM pg_trigger
      WHERE tgrelid = to_regclass(:table) AND NOT tgisinternal AND tgenabled NOT IN ('D', 'R') AND tgtype & 16 = 16
        AND (tgattr::text = '' OR EXISTS (SELECT FROM pg_attribute a
          WHERE a.attrelid = tgrelid AND a.attname = :status AND a.attnum = ANY (tgattr)))
      """),
  ROW_SECURITY(
      "the role sees all rows",
      """
      SELECT 'PROBLEM', 'row security of the table may hide orders from role ' || current_user,
        format('ALTER ROLE %I BYPASSRLS; or a policy that shows it all rows', current_user)
      FROM pg_class WHERE oid = to_regclass(:table) AND row_security_active(oid)
      """),
  STATUS_INDEX(
      "no index makes updates of the status expensive",
      """
      SELECT 'WARNING', format('index %s is on the status: each change of it writes all indexes of the table', i.indexrelid::regclass),
        'Duly does not need it: DROP INDEX CONCURRENTLY where nobody else does'
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = :status
      WHERE i.indrelid = to_regclass(:table) AND (a.attnum = ANY (i.indkey)
        OR EXISTS (SELECT FROM pg_depend d WHERE d.objid = i.indexrelid AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))
      """),
  HOT_UPDATES(
      "updates stay within their page",
      """
      SELECT 'WARNING', format('only %s %% of the updates stay within their page (HOT)', round(100.0 * n_tup_hot_upd / n_tup_upd)),
        format('ALTER TABLE %s SET (fillfactor = 70); new pages then keep room', :table::text)
      FROM pg_stat_all_tables WHERE relid = to_regclass(:table) AND n_tup_upd > 1000 AND n_tup_hot_upd < 0.7 * n_tup_upd
      """),
  OLD_TRANSACTIONS(
      "no transaction keeps the server from cleaning up",
      """
      SELECT 'WARNING', format('process %s (%s) has a transaction open for %s', pid, coalesce(nullif(application_name, ''), usename), date_trunc('minute', clock_timestamp() - xact_start)),
        format('end it, or SELECT pg_terminate_backend(%s); dead rows stay until then, and a new slot waits for it', pid)
      FROM pg_stat_activity WHERE xact_start < clock_timestamp() - interval '1 hour' AND backend_type = 'client backend'
      UNION ALL
      SELECT 'WARNING', format('prepared transaction %s is open since %s', gid, prepared), format('COMMIT PREPARED %L; or ROLLBACK PREPARED %L;', gid, gid)
      FROM pg_prepared_xacts WHERE prepared < clock_timestamp() - interval '1 hour'
      """);

  private final String meaning;
  private final String sql;

  DatabaseExamination(String meaning, String sql) {
    this.meaning = meaning;
    this.sql = sql;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public List<Finding> findings(Site site) {
    return site.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(site.table().sql(sql))
                    .configure(SqlStatements.class, each -> each.setUnusedBindingAllowed(true))
                    .bind("table", site.table().name())
                    .bind("status", site.settings().text("orders.status-column"))
                    .bind("slot", Schema.slot(site.settings()))
                    .map(
                        (row, context) ->
                            new Finding(
                                Finding.Level.valueOf(row.getString(1)),
                                row.getString(2),
                                row.getString(3)))
                    .list());
  }
}
