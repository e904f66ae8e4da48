-- The shared rate and holds survive a clock that was ahead and is put right: neither waits for an instant of the wrong clock.

ALTER TABLE permit
  ADD COLUMN leased_at timestamptz NOT NULL DEFAULT '-infinity',  -- when next_at was moved on; ahead of the clock where that was put back
  ADD COLUMN held_at   timestamptz NOT NULL DEFAULT '-infinity',  -- when the API last asked to wait
  ADD COLUMN held_for  interval    NOT NULL DEFAULT '0';

UPDATE permit SET next_at = least(next_at, clock_timestamp() + interval '1 h');
