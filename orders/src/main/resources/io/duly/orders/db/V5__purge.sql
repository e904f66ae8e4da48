-- Old attempts go, and what must be remembered of their orders stays.

ALTER TABLE run
  ADD COLUMN purged_at timestamptz;  -- when the first of its attempts were purged; null while all are there

-- One row an order whose attempts were purged, so that the claim still refuses a second call.
CREATE TABLE purged (
  order_id     ${id_type} PRIMARY KEY,
  last_attempt integer NOT NULL,
  generation   integer  -- the highest under which it was or may have been sent; null where it never was
);

-- Leads to the attempts of one run, in pages. Neither column ever changes, so that the index stands in the way of no HOT
-- update.
CREATE INDEX attempt_run ON attempt (run_id, order_id);

-- A purge removes a day of many: with the usual fifth of the table its room would be given back after months only.
ALTER TABLE attempt SET (autovacuum_vacuum_scale_factor = 0.05);
