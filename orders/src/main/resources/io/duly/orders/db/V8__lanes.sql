-- Runs have lanes: shares of the topic's partitions, and of the rate.

ALTER TABLE run
  ADD COLUMN IF NOT EXISTS lane text;  -- null: the main lane
