-- How far the reconciler has confirmed the write-ahead log. The slot follows this row and never passes it, so that a slot
-- that stands further was moved or made anew by somebody, and changes in between were shown to nobody.

CREATE TABLE feed (
  single        boolean PRIMARY KEY DEFAULT true CHECK (single),
  system_id     bigint NOT NULL,
  confirmed_lsn pg_lsn NOT NULL,
  confirmed_at  timestamptz NOT NULL,
  gap           text,        -- why the log may have shown less than has happened; null once a sweep has made up for it
  gap_at        timestamptz
) WITH (fillfactor = 50);
