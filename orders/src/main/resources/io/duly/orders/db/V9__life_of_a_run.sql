-- The life of a run: paused, cancelled, tried out on its first orders, late; and who is told of it.

ALTER TABLE run
  ADD COLUMN paused           text,         -- why nothing of it is published or claimed; null where it goes on
  ADD COLUMN paused_at        timestamptz,
  ADD COLUMN resumed          boolean NOT NULL DEFAULT false,  -- published anew: until it is closed, selected is an estimate
  ADD COLUMN cancelled_at     timestamptz,  -- it is settled when closed_at is set as well
  ADD COLUMN cancelled_by     text,
  ADD COLUMN cancelled_why    text,
  ADD COLUMN unclaimed        bigint,       -- of a cancelled run: orders published that got no result of it
  ADD COLUMN canary_ids       text[],       -- the first orders, on whose outcomes the others wait
  ADD COLUMN canary_at        timestamptz,  -- when they were published
  ADD COLUMN canary_passed_at timestamptz,
  ADD COLUMN deadline         timestamptz,
  ADD COLUMN eta              timestamptz,  -- when its last order will have a result at the present rate; null where unknown
  ADD COLUMN late_warned_at   timestamptz,  -- when the ETA first passed the deadline
  ADD COLUMN late_at          timestamptz;  -- when the deadline was found passed

-- What is to be told to verdict.webhook.url, written in the transaction of what it tells of.
CREATE TABLE notification (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  run_id       bigint NOT NULL,
  event        text NOT NULL,
  body         text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries        integer NOT NULL DEFAULT 0,
  next_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  delivered_at timestamptz,
  ended        text,         -- why it is not sent any more, delivered or not; null while it is to be sent
  last_error   text
);
CREATE INDEX notification_due ON notification (next_at) WHERE ended IS NULL;
