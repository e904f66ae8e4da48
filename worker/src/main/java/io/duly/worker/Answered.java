package io.duly.worker;

import io.duly.orders.AttemptResult;
import io.duly.orders.Claim;

/** A claim and how its attempt ended, to be recorded. */
record Answered(Claim claim, AttemptResult result) {}
