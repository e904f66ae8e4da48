/* How one order is claimed, called and recorded: two workers, a reconciler, an owner, a database that may forget its
   latest commits once. A lease may expire at any time, so every pause of a worker is covered.

   Contract: -DIDEMPOTENT, -DLOOKUP or -DNEITHER.
   Weakened variants, each of which must fail: see README.md beside this file. */

#define PENDING 0
#define PROCESSING 1
#define COMPLETED 2
#define IN_DOUBT 3

#ifndef CRASHES
#define CRASHES 1
#endif
#define ATTEMPTS 2   /* retry.max-attempts */
#define TOKENS 4   /* one more than there are attempts */

/* The database. An attempt is known by its token; the number is what a lossy fail-over hands out again. */
byte status = PENDING;
byte open = 0, open_number = 0;  /* token and number of the open attempt */
byte doubt = 0;                  /* token of the attempt in doubt */
byte number = 0;                 /* number of the last attempt */
byte sent = 0;                   /* closed attempts that were or may have been sent */
byte known = 0;                  /* tokens that have an attempt, a bit each */
bit due = 0;                     /* the order is to be published: said in the log, which is the outbox */
bit trusted = 1;
byte server = 0;                 /* its start time */

/* An older copy of it. */
bit copied = 0, restored = 0;
byte c_status, c_open, c_open_number, c_doubt, c_number, c_sent, c_known;
bit c_due;

/* Kafka. */
byte messages = 1;
byte intents = 0;                /* announced tokens, a bit each */

/* The API. */
byte calls = 0, effects = 0;
bit key_seen = 0, key_forgotten = 0;

/* What happens at most so often. */
byte tokens = 0, crashes = 0;
bit lost_message = 0, touched = 0;
byte flying[TOKENS];             /* requests of the token that are, or may yet come, on their way */

#define bit_of(token) (1 << (token))

#ifdef IDEMPOTENT
#define MAY_CLAIM true
#else
#ifdef NOWITNESS
#define MAY_CLAIM true
#else
#define MAY_CLAIM trusted
#endif
#endif
#ifdef NOQUIET
#define IS_QUIET true
#else
#define IS_QUIET (flying[doubt] == 0)
#endif

inline close_as_may_be_sent() {
  sent++; open = 0
}

/* An attempt that is over and may have been sent. */
inline give_up(token) {
#ifdef IDEMPOTENT
  status = PENDING; due = 1;
#else
#ifdef NOGUARD
  status = PENDING; due = 1;
#else
  status = IN_DOUBT; doubt = token;
#endif
#endif
  close_as_may_be_sent()
}

inline effect(token) {
  calls++;
#ifdef NEITHER
  assert(calls <= 1);
#endif
#ifdef IDEMPOTENT
#ifdef KEYPERATTEMPT
  effects++;
#else
  effects = effects + (1 - key_seen); key_seen = 1;
#endif
#else
  effects++;
#endif
  assert(effects <= 1)
}

#define CRASH if :: skip :: atomic { crashes < CRASHES -> crashes++; if :: my != 0 -> flying[my] = 0 :: else fi; goto idle } fi

active [2] proctype worker() {
  byte my, my_number, my_server; bit answered;
idle:
  atomic { my = 0; my_number = 0; answered = 0 }
end_idle:
  messages > 0;

  /* CLAIM: one statement. */
  if
  :: atomic {
       (status == PENDING && open == 0 && MAY_CLAIM) ->
       if
#ifndef NOGUARD
#ifndef IDEMPOTENT
       :: sent > 0 -> status = IN_DOUBT; goto pass
#endif
#endif
#ifdef IDEMPOTENT
#ifndef KEYEXPIRED
       :: sent > 0 && key_forgotten -> status = IN_DOUBT; goto pass
#endif
#endif
       :: sent >= ATTEMPTS || tokens == TOKENS - 1 -> status = IN_DOUBT; goto pass
       :: else ->
            tokens++; my = tokens; number++; my_number = number; my_server = server;
            status = PROCESSING; open = my; open_number = my_number;
            known = known | bit_of(my); due = 0; flying[my] = 1
       fi
     }
  :: atomic { !(status == PENDING && open == 0) -> goto pass }
  fi;
  CRASH;

#ifndef IDEMPOTENT
#ifndef NOWITNESS
  /* The intent is acknowledged; then the server is asked for its name once more. */
  atomic { intents = intents | bit_of(my) };
  CRASH;
#ifndef NOINCARNATION
  if
  :: atomic { server != my_server -> flying[my] = 0;
       if :: open == my -> open = 0; status = PENDING; due = 1 :: else fi; goto pass }
  :: atomic { server == my_server }
  fi;
#endif
#endif
#endif

  /* The request: lost, executed without an answer, executed and answered; or held back. */
  if
  :: atomic { flying[my] = 0; answered = 0 }
  :: atomic { effect(my); flying[my] = 0; answered = 0 }
  :: atomic { effect(my); flying[my] = 0; answered = 1 }
  fi;
  CRASH;

  /* RECORD: closes its own attempt, settles its own doubt, is evidence otherwise. */
  atomic {
    if
#ifdef NOFENCE
    :: answered -> assert(status != COMPLETED); status = COMPLETED; close_as_may_be_sent()
    :: !answered -> if :: open == my -> give_up(my) :: else fi
#else
#ifdef NOTOKEN
    :: open != 0 && open_number == my_number ->
#else
    :: open != 0 && open == my ->
#endif
         assert(open == my);
         if :: answered -> assert(status != COMPLETED); status = COMPLETED; close_as_may_be_sent()
            :: else -> give_up(my)
         fi
    :: else ->
         if :: answered && status == IN_DOUBT && doubt == my -> status = COMPLETED; doubt = 0
            :: else -> skip  /* evidence */
         fi
#endif
    fi
  };
pass:
  CRASH;
  atomic { if :: messages > 0 -> messages-- :: else fi };
  goto idle
}

active proctype reconciler() {
end_idle:
  do
  /* The owner of an open attempt is dead, or thought to be. */
  :: atomic { open != 0 && trusted -> give_up(open) }
  /* The log is the outbox; what is read twice is published twice. */
  :: atomic { due && messages < 2 -> messages++; due = 0 }
  /* Lost on the way. */
#ifndef NOSWEEP
  :: atomic { status == PENDING && open == 0 && messages == 0 && !due && (trusted || restored) -> due = 1 }
#endif
#ifdef LOOKUP
  :: atomic { (status == IN_DOUBT && doubt != 0 && trusted && IS_QUIET) -> if :: effects > 0 -> status = COMPLETED; doubt = 0
             :: else -> status = PENDING; sent--; doubt = 0; due = 1
          fi }
#endif
  /* A server that is new is compared with the intents. */
  :: atomic { !trusted ->
#ifndef NOWITNESS
       byte token = 1;
       do
       :: token < TOKENS ->
            if :: (intents & bit_of(token)) && !(known & bit_of(token)) ->
                    known = known | bit_of(token); sent++; doubt = token;
                    if :: status == PENDING || status == PROCESSING -> status = IN_DOUBT; due = 0 :: else fi
               :: else
            fi;
            token++
       :: else -> break
       od;
       token = 0;
#endif
       trusted = 1 }
  od
}

/* What the world does: each at most once. */
active proctype world() {
end_idle:
  do
#ifdef FAILOVER
  :: atomic { !copied -> copied = 1; c_status = status; c_open = open; c_open_number = open_number; c_doubt = doubt;
       c_number = number; c_sent = sent; c_known = known; c_due = due }
  :: atomic { copied && !restored -> restored = 1; status = c_status; open = c_open; open_number = c_open_number;
       doubt = c_doubt; number = c_number; sent = c_sent; known = c_known; due = c_due; trusted = 0; server++ }
#endif
#ifdef OWNER
  :: atomic { (status == IN_DOUBT || status == COMPLETED) && !touched -> touched = 1; status = PENDING; due = 1 }
#endif
#ifdef LOSS
  :: atomic { messages > 0 && !lost_message -> lost_message = 1; messages-- }
#endif
#ifdef EXPIRY
  /* Later than the last request that may use it: retries end a margin before. */
  :: atomic { key_seen && !key_forgotten && flying[1] + flying[2] + flying[3] == 0 -> key_forgotten = 1; key_seen = 0 }
#endif
  :: atomic { timeout -> break }
  od
}

ltl settles { <> [] (status == COMPLETED || status == IN_DOUBT) }
