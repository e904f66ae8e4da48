-- What became of the orders of a run that never got a result from it, found when the run closes.

ALTER TABLE run
  ADD COLUMN start_offsets bigint[],  -- by partition, where the topic ended before the run's first record
  ADD COLUMN cancelled     bigint,    -- orders that their owner has cancelled before they were claimed
  ADD COLUMN repeated      bigint;    -- results beyond the first of an order: set back or sent again by decision

CREATE TABLE skipped (
  run_id   bigint NOT NULL,
  order_id ${id_type} NOT NULL,
  reason   text NOT NULL CHECK (reason IN ('DELETED', 'CANCELLED', 'CHANGED', 'OTHER_RUN')),
  PRIMARY KEY (run_id, order_id)
);
