-- What operators do and see. What a person decides to send again is a run of its own; what was read again is kept.

ALTER TABLE decision ADD COLUMN run_id bigint;  -- of a RETRY, the run that sends the order again
CREATE INDEX decision_run ON decision (run_id, order_id) WHERE run_id IS NOT NULL;

ALTER TABLE permit ADD COLUMN aside_until timestamptz;  -- until then the workers stay out of their group

-- What workers tell with their heartbeats.
ALTER TABLE worker
  ADD COLUMN calls       bigint NOT NULL DEFAULT 0,
  ADD COLUMN call_p50_ms double precision,
  ADD COLUMN call_p99_ms double precision;

CREATE TABLE replay (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  who            text NOT NULL,
  reason         text NOT NULL,
  consumer_group text NOT NULL,
  topic          text NOT NULL,
  partitions     integer[] NOT NULL,
  before         bigint[] NOT NULL,  -- by partition; null where nothing was committed
  after          bigint[] NOT NULL,
  at             timestamptz NOT NULL DEFAULT clock_timestamp()
);
