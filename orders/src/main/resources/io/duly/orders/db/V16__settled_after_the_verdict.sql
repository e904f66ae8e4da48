-- Doubts that were settled, so that a sweep finds those whose run has its verdict already: few of many attempts. Building it
-- reads the table once, and whoever writes attempts waits meanwhile, as for the other indexes. A result changes outcome and
-- finished_at as well, which are in the conditions of others already, and a witness changes nothing of it, so that no update
-- loses its way to the same page of the heap by this one.
CREATE INDEX attempt_settled ON attempt (order_id, attempt) WHERE transition > 1;

-- Runs that the database had forgotten came back as ended, and never got a verdict: now they do.
UPDATE run SET cancelled_at = closed_at, closed_at = NULL, start_offsets = '{0}', cancelled_by = 'the reconciler',
  cancelled_why = 'the database forgot this run'
WHERE state = 'CANCELLED' AND unclaimed IS NULL AND cancelled_at IS NULL AND closed_at IS NOT NULL;
