-- What was asked and answered is kept with the attempt; and whose memory of the attempts is trusted.

ALTER TABLE attempt
  ADD COLUMN request_hash bytea,  -- first 16 bytes of SHA-256 over the request's template and the order's columns
  ADD COLUMN fields       jsonb;  -- fields of the API's answer that the settings name

-- The server process whose attempts were compared with the intents in Kafka. Any restart, fail-over or restored copy has
-- another start time, and nothing is claimed there before the comparison. No row: never compared.
CREATE TABLE incarnation (
  single     boolean PRIMARY KEY DEFAULT true CHECK (single),
  started_at timestamptz NOT NULL,
  system_id  bigint NOT NULL,
  timeline   text NOT NULL,
  trusted_at timestamptz NOT NULL
);
