-- What came of a move of offsets: a row is written before it, and settled after it. One that stays ASKED was asked for, and
-- nobody knows whether the broker did it.

ALTER TABLE replay
  ADD COLUMN outcome text NOT NULL DEFAULT 'DONE' CHECK (outcome IN ('ASKED', 'DONE', 'FAILED')),
  ADD COLUMN detail  text;  -- what was done, or why it failed
ALTER TABLE replay ALTER COLUMN outcome SET DEFAULT 'ASKED';
