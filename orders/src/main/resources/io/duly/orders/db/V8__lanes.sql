-- Lanes: shares of the topic's partitions, and of the rate. What they have had of the shared rate while several want it. A row a lane; none is ever missed.
CREATE TABLE lane (
  name     text PRIMARY KEY,
  granted  double precision NOT NULL DEFAULT 0,  -- seconds of the rate's time; only the differences count
  asked_at timestamptz NOT NULL DEFAULT '-infinity'  -- when orders of it were last left waiting for permits
) WITH (fillfactor = 50);
