-- How far the reconciler has confirmed the write-ahead log. The slot follows this row and never passes it, so that a slot
-- that stands further was moved or made anew by somebody, and changes in between were shown to nobody.

CREATE TABLE feed (
  single        boolean PRIMARY KEY DEFAULT true CHECK (single),
  system_id     bigint NOT NULL,
  confirmed_lsn pg_lsn NOT NULL,
  confirmed_at  timestamptz NOT NULL,
  gap           text,        -- why the log may last have shown less than has happened
  gap_at        timestamptz,
  gap_closed_at timestamptz  -- when a sweep had made up for it
) WITH (fillfactor = 50);
