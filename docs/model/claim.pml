/* How one order is claimed, called and recorded: two workers, a reconciler, an API, an operator, an owner, and a database
   that may forget its latest commits once. A lease may expire at any time, so every pause of a worker is covered.

   Contract: -DIDEMPOTENT, -DLOOKUP or -DNEITHER. Faults: -DCRASHES=n, -DFAILOVER, -DLOSS, -DOWNER, -DDECISION, -DEXPIRY.
   Weakened variants, each of which must fail, and what this leaves out: README.md beside this file. */

mtype:status = { PENDING, PROCESSING, COMPLETED, IN_DOUBT };
mtype:attempt = { NONE, OPEN, UNSENT, LOST, DOUBT, RESULT };
mtype:request = { UNBORN, READY, ON_THE_WIRE, EXECUTED, GONE };

#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef TOKENS
#define TOKENS 4         /* one more than there can be attempts */
#endif
#define MAX_ATTEMPTS 2   /* retry.max-attempts */

/* The database. Attempts are known by their token; numbers are what a lossy fail-over hands out again. */
mtype:status status = PENDING;
mtype:attempt attempt[TOKENS] = NONE;
byte number[TOKENS];
byte last_number = 0;
byte generation = 0;            /* decisions to call again */
bit due = 0;                    /* said in the log, which is the outbox */
bit trusted = 1;
byte server = 0;                /* its start time */

/* An older copy of it. */
bit copied = 0, restored = 0;
mtype:status c_status = PENDING;
mtype:attempt c_attempt[TOKENS] = NONE;
byte c_last_number = 0, c_generation = 0;
bit c_due;

/* Kafka. */
byte messages = 1;
bit announced[TOKENS];
byte generation_of[TOKENS];

/* The API. */
mtype:request request[TOKENS] = UNBORN;
byte calls[2], effects[2];      /* by generation */
bit key_seen[2];
bit key_forgotten = 0;

byte tokens = 0, crashes = 0;
bit message_lost = 0, owner_acted = 0, decided = 0, overwritten = 0, foreign = 0;

#define MAY_BE_SENT(t) ((attempt[t] == LOST || attempt[t] == DOUBT || attempt[t] == RESULT) && generation_of[t] == generation)
#define IS_SENT (MAY_BE_SENT(1) || MAY_BE_SENT(2) || MAY_BE_SENT(3))
#define SENT (MAY_BE_SENT(1) + MAY_BE_SENT(2) + MAY_BE_SENT(3))
#define IS_OPEN (attempt[1] == OPEN || attempt[2] == OPEN || attempt[3] == OPEN)
#define MAY_COME(t) (request[t] == READY || request[t] == ON_THE_WIRE)
#define MAY_COME_AT_ALL (MAY_COME(1) || MAY_COME(2) || MAY_COME(3))
#define IS_SPENT (tokens == TOKENS - 1)   /* the bound of the model, not of Duly */

#if defined(IDEMPOTENT) || defined(NOFREEZE) || defined(NOWITNESS)
#define IS_FROZEN false
#else
#define IS_FROZEN (!trusted)
#endif

#ifdef NOGUARD
#define IS_REFUSED false
#elif defined(IDEMPOTENT) && defined(KEYEXPIRED)
#define IS_REFUSED (SENT >= MAX_ATTEMPTS)
#elif defined(IDEMPOTENT)
#define IS_REFUSED (SENT >= MAX_ATTEMPTS || (IS_SENT && key_forgotten))
#else
#define IS_REFUSED IS_SENT
#endif

#ifdef NOQUIET
#define IS_QUIET(t) true
#else
#define IS_QUIET(t) (!MAY_COME(t))
#endif

/* Closes an attempt whose request was or may have been sent. */
inline close_unknown(t) {
#if defined(IDEMPOTENT) || defined(REQUEUE)
  attempt[t] = LOST;
  if :: status == PROCESSING -> status = PENDING; due = 1 :: else fi
#else
  attempt[t] = DOUBT;
  if :: status == PROCESSING -> status = IN_DOUBT :: else fi
#endif
}

inline close_unsent(t) {
  attempt[t] = UNSENT;
  if :: status == PROCESSING -> status = PENDING; due = 1 :: else fi
}

/* The attempt that RECORD finds for the worker's own: by its token, or by its number alone. */
inline find(t) {
#ifdef NOTOKEN
  found = 1;
  do
  :: found < TOKENS && !(attempt[found] == OPEN && number[found] == number[t]) -> found++
  :: else -> break
  od;
  if :: found == TOKENS -> found = t :: found < TOKENS && found != t -> foreign = 1 :: else fi
#else
  found = t
#endif
}

/* The order is called at most once in a generation, or has at most one effect. */
inline execute(t) {
  calls[generation_of[t]]++;
#if defined(IDEMPOTENT) && !defined(KEYPERATTEMPT)
  if :: !key_seen[generation_of[t]] -> effects[generation_of[t]]++; key_seen[generation_of[t]] = 1 :: else fi;
#else
  effects[generation_of[t]]++;
#endif
  request[t] = EXECUTED;
#ifdef NEITHER
  assert(calls[generation_of[t]] <= 1);
#endif
  assert(effects[generation_of[t]] <= 1)
}

#define CRASH \
  if \
  :: skip \
  :: atomic { crashes < CRASHES -> crashes++; \
       if :: my != 0 && request[my] == READY -> request[my] = GONE :: else fi; goto idle } \
  fi

active [2] proctype worker() {
  byte my, my_server, found;
  bit answered;
idle:
  atomic { my = 0; my_server = 0; found = 0; answered = 0 };
end_idle:
  messages > 0;

  /* CLAIM: one statement. */
end_spent:
  atomic {
    if
    :: status != PENDING || IS_OPEN -> goto pass
    :: status == PENDING && !IS_OPEN && !IS_FROZEN && IS_REFUSED -> status = IN_DOUBT; due = 0; goto pass
    :: status == PENDING && !IS_OPEN && !IS_FROZEN && !IS_REFUSED && !IS_SPENT ->
         tokens++; my = tokens; my_server = server; last_number++; number[my] = last_number;
         generation_of[my] = generation; attempt[my] = OPEN; request[my] = READY; status = PROCESSING; due = 0
    fi
  };
  CRASH;

#if !defined(IDEMPOTENT) && !defined(NOWITNESS)
  announced[my] = 1;
  CRASH;
#ifndef NOINCARNATION
  atomic {
    if
    :: server == my_server -> skip
    :: server != my_server -> request[my] = GONE; goto unsent
    fi
  };
#endif
#endif

  /* The request leaves, or is held back: out of time, no heartbeat, no connection. */
  if
  :: atomic { request[my] = ON_THE_WIRE }
  :: atomic { request[my] = GONE; goto unsent }
  fi;
  CRASH;
  if
  :: atomic { request[my] == EXECUTED -> answered = 1 }
  :: skip                                      /* time-out */
  fi;
  CRASH;

  /* RECORD: closes its own attempt, settles its own doubt, is evidence otherwise. */
  atomic {
    !IS_FROZEN -> find(my);
#ifdef NOFENCE
    if
    :: answered -> overwritten = (status == COMPLETED); attempt[my] = RESULT; status = COMPLETED
    :: else -> close_unknown(my)
    fi
#else
    if
    :: attempt[found] == OPEN && answered ->
         attempt[found] = RESULT;
         if :: status == PROCESSING -> status = COMPLETED :: else fi
    :: attempt[found] == OPEN && !answered -> close_unknown(found)
    :: attempt[found] == DOUBT && answered ->
         attempt[found] = RESULT;
         if :: status == IN_DOUBT -> status = COMPLETED :: else fi
    :: else -> skip
    fi
#endif
    ;
    assert(!overwritten && !foreign);
    goto pass
  };
unsent:
  atomic {
    find(my);
    if :: attempt[found] == OPEN -> close_unsent(found) :: else fi;
    assert(!foreign)
  };
pass:
  CRASH;
  atomic { if :: messages > 0 -> messages-- :: else fi; goto idle }
}

active proctype api() {
  byte t;
end_idle:
  do
  :: atomic { request[1] == ON_THE_WIRE -> t = 1; goto arrived }
  :: atomic { request[2] == ON_THE_WIRE -> t = 2; goto arrived }
  :: atomic { request[3] == ON_THE_WIRE -> t = 3;
arrived:
       if :: execute(t) :: request[t] = GONE fi;
       t = 0; goto end_idle }
#ifdef EXPIRY
  /* No request of a claim that the guard let pass is later: retries end a margin before. */
  :: atomic { (key_seen[0] || key_seen[1]) && !key_forgotten && !MAY_COME_AT_ALL && !IS_OPEN ->
       key_forgotten = 1; key_seen[0] = 0; key_seen[1] = 0 }
#endif
  od
}

inline look_up(t) {
  if
  :: request[t] == EXECUTED || effects[generation_of[t]] > 0 ->
       attempt[t] = RESULT;
       if :: status == IN_DOUBT -> status = COMPLETED :: else fi
  :: else ->
       attempt[t] = UNSENT;
       if :: status == IN_DOUBT -> status = PENDING; due = 1 :: else fi
  fi
}

/* What was announced and is not known may have been sent. */
inline recall(t) {
  if
  :: announced[t] && attempt[t] == NONE ->
       attempt[t] = DOUBT;
       if :: status == PENDING || status == PROCESSING -> status = IN_DOUBT; due = 0 :: else fi
  :: else -> skip
  fi
}

active proctype reconciler() {
end_idle:
  do
  /* The worker of an open attempt is dead, or thought to be. */
  :: atomic { attempt[1] == OPEN -> close_unknown(1) }
  :: atomic { attempt[2] == OPEN -> close_unknown(2) }
  :: atomic { attempt[3] == OPEN -> close_unknown(3) }
  /* The log is the outbox. */
  :: atomic { due && messages < 2 -> messages++; due = 0 }
#ifndef NOSWEEP
  :: atomic { status == PENDING && !IS_OPEN && messages == 0 && !due -> due = 1 }
#endif
#ifdef LOOKUP
  :: atomic { attempt[1] == DOUBT && IS_QUIET(1) -> look_up(1) }
  :: atomic { attempt[2] == DOUBT && IS_QUIET(2) -> look_up(2) }
  :: atomic { attempt[3] == DOUBT && IS_QUIET(3) -> look_up(3) }
#endif
  /* A server that is new is compared with the intents. */
  :: atomic { !trusted ->
#ifndef NOWITNESS
       recall(1); recall(2); recall(3);
#endif
       trusted = 1 }
  od
}

/* Each at most once. */
active proctype world() {
  bit now;
end_idle:
  do
#ifdef FAILOVER
  :: atomic { !copied -> copied = 1; c_status = status; c_attempt[1] = attempt[1]; c_attempt[2] = attempt[2];
       c_attempt[3] = attempt[3]; c_last_number = last_number; c_generation = generation; c_due = due }
  :: atomic { copied && !restored -> restored = 1; status = c_status; attempt[1] = c_attempt[1]; attempt[2] = c_attempt[2];
       attempt[3] = c_attempt[3]; last_number = c_last_number; generation = c_generation; due = c_due;
       trusted = 0; server++ }
#endif
#ifdef OWNER
  :: atomic { !owner_acted && status != PENDING -> owner_acted = 1; status = PENDING }
#endif
#ifdef DECISION
  :: atomic { !decided && status == IN_DOUBT -> decided = 1; generation++; status = PENDING; due = 1 }
#endif
#ifdef LOSS
  :: atomic { !message_lost && messages > 0 -> message_lost = 1; messages-- }
#endif
  :: now = 0   /* time passes: nobody else has to move */
  od
}

ltl settles { <> [] (status == COMPLETED || status == IN_DOUBT || IS_SPENT) }
