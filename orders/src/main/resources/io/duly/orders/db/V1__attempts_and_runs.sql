-- The schema of Duly beside an orders table whose id is ${id_type}. Duly's truth is the attempt; the status column of
-- the orders table is its projection.

CREATE TABLE run (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schedule      text NOT NULL,
  fire_time     timestamptz NOT NULL,
  cutoff        timestamptz NOT NULL,
  state         text NOT NULL CHECK (state IN ('PUBLISHING', 'PUBLISHED', 'CLOSED', 'CANCELLED')),
  owner         text NOT NULL,
  owner_seen_at timestamptz NOT NULL,
  last_id       ${id_type},
  selected      bigint NOT NULL DEFAULT 0,
  end_offsets   bigint[],
  opened_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  published_at  timestamptz,
  closed_at     timestamptz,
  completed     bigint,
  failed        bigint,
  in_doubt      bigint,
  skipped       bigint,
  UNIQUE (schedule, fire_time)
);

CREATE TABLE attempt (
  order_id         ${id_type} NOT NULL,
  attempt          integer NOT NULL,
  token            uuid NOT NULL,
  run_id           bigint NOT NULL,
  worker_id        text NOT NULL,
  generation       integer NOT NULL,
  source_partition integer NOT NULL,
  source_offset    bigint NOT NULL,
  claimed_at       timestamptz NOT NULL,
  finished_at      timestamptz,
  outcome          text,
  calls            integer NOT NULL DEFAULT 0,
  http_status      integer,
  reason           text,
  reference        text,
  transition       smallint NOT NULL DEFAULT 0,  -- how often the attempt has taken a result
  witness          smallint NOT NULL DEFAULT 0,  -- who has seen the last one: 1 the write-ahead log, 2 the result topic
  PRIMARY KEY (order_id, attempt)
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX attempt_open ON attempt (order_id) WHERE finished_at IS NULL;
CREATE INDEX attempt_in_doubt ON attempt (finished_at) WHERE outcome = 'IN_DOUBT';

CREATE TABLE retry (
  order_id   ${id_type} PRIMARY KEY,
  run_id     bigint NOT NULL,
  not_before timestamptz NOT NULL,
  queued_at  timestamptz
);

CREATE TABLE worker (
  id           text PRIMARY KEY,
  host         text NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  heartbeat    bigint NOT NULL DEFAULT 0,
  heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  state        text NOT NULL CHECK (state IN ('ALIVE', 'STOPPED', 'DEAD'))
);

CREATE TABLE run_counter (
  run_id    bigint NOT NULL,
  worker_id text NOT NULL,
  completed bigint NOT NULL DEFAULT 0,
  failed    bigint NOT NULL DEFAULT 0,
  in_doubt  bigint NOT NULL DEFAULT 0,  -- attempts that came into doubt
  settled   bigint NOT NULL DEFAULT 0,  -- attempts that left it
  PRIMARY KEY (run_id, worker_id)
) WITH (fillfactor = 50);

CREATE TABLE evidence (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id ${id_type} NOT NULL,
  attempt  integer NOT NULL,
  token    uuid,
  kind     text NOT NULL,
  detail   text NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX evidence_order ON evidence (order_id);

CREATE TABLE decision (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id   ${id_type} NOT NULL,
  generation integer NOT NULL,
  decided    text NOT NULL CHECK (decided IN ('RETRY', 'COMPLETED', 'FAILED')),
  who        text NOT NULL,
  reason     text NOT NULL,
  at         timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX decision_order ON decision (order_id);

CREATE TABLE permit (
  name    text PRIMARY KEY,
  next_at timestamptz NOT NULL,
  paused  text  -- why nothing may be sent; null where it may
);
INSERT INTO permit VALUES ('api', '-infinity', NULL);

CREATE TABLE position (
  topic       text NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);
