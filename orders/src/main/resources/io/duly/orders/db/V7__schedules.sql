-- When runs open, and what each of them takes.

CREATE TABLE schedule (
  name        text PRIMARY KEY,
  source      text NOT NULL CHECK (source IN ('SETTINGS', 'COMMAND')),
  cron        text,
  at          timestamptz,
  zone        text NOT NULL,
  filter      text NOT NULL,
  lane        text NOT NULL,
  catch_up    interval NOT NULL,
  paused      text,                  -- why it does not fire; null where it does
  fired_until timestamptz NOT NULL,  -- all its fire times up to here are taken
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((cron IS NULL) <> (at IS NULL))
);

ALTER TABLE run
  DROP CONSTRAINT run_state_check,
  ADD CONSTRAINT run_state_check
    CHECK (state IN ('OPEN', 'PUBLISHING', 'PUBLISHED', 'CLOSED', 'CANCELLED', 'MISSED')),
  ADD COLUMN filter text NOT NULL DEFAULT '',
  ADD COLUMN lane text NOT NULL DEFAULT 'main';
CREATE INDEX run_state ON run (state) WHERE state IN ('OPEN', 'PUBLISHING', 'PUBLISHED');
