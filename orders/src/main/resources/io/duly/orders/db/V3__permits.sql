-- Pauses that end by themselves, and the daily quota.

ALTER TABLE permit
  ADD COLUMN paused_at  timestamptz,
  ADD COLUMN probe_at   timestamptz,  -- when one order may be tried while paused; null where only a person resumes
  ADD COLUMN quota_day  date,
  ADD COLUMN quota_used bigint NOT NULL DEFAULT 0;
