-- An order that was in doubt when its run got its verdict, and was proved not executed since: the verdict stands, and this
-- amends it. The order is PENDING for a later run.
ALTER TABLE skipped
  DROP CONSTRAINT skipped_reason_check,
  ADD CONSTRAINT skipped_reason_check CHECK (reason IN ('DELETED', 'CANCELLED', 'CHANGED', 'OTHER_RUN', 'NOT_EXECUTED'));

-- Doubts are walked through by order, a page at a time. The outcome is in the condition of another index already, so that
-- no update loses its way to the same page of the heap by this one.
CREATE INDEX attempt_in_doubt_by_order ON attempt (order_id, attempt) WHERE outcome = 'IN_DOUBT';
