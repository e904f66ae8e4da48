-- Who has stopped a run, what keeps it from being published, and which schedules the settings have no more.

ALTER TABLE run
  ADD COLUMN canary_stopped_at timestamptz,  -- when its canary has paused it: a resume then lets the others follow
  ADD COLUMN trouble           text,         -- why ingest cannot publish it; null where it can
  ADD COLUMN trouble_at        timestamptz;  -- since when
UPDATE run SET canary_stopped_at = paused_at WHERE paused LIKE 'canary: %';

ALTER TABLE schedule
  ADD COLUMN left_out_at timestamptz;  -- since when the settings of an ingest that started later lack it
