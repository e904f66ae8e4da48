'use strict';
// A replay from its plan to its end.

const POLL_MS = 500;

function step(index) {
  [...$('steps').children].forEach((each, at) => {
    if (at === index) each.setAttribute('aria-current', 'step');
    else each.removeAttribute('aria-current');
  });
}

/** What a replay does; orders of records that are passed over are named, as nobody reads them any more. */
function consequences(plan) {
  const orders = Object.entries(plan.ordersPassedOver).map(([status, count]) => `${number(count)} ${status}`).join(', ');
  const moves = [
    plan.again ? `${number(plan.again)} offsets are read again` : null,
    plan.passedOver ? `${number(plan.passedOver)} offsets are passed over and not read${orders ? ` (orders: ${orders})` : ''}` : null,
  ].filter(Boolean);
  return `All workers leave their group for a moment; then ${moves.join(', and ') || 'they read on where they were'}.`;
}

function confirmation(plan) {
  if (!plan.passedOver) return String(plan.again);
  return `${plan.again ? `${plan.again} again, ` : ''}${plan.passedOver} passed over`;
}

async function preview(event) {
  event.preventDefault();
  $('preview').hidden = true;
  step(0);
  if (document.querySelector('[name="kind"]:checked').value === 'send') {
    await sendAgain({run: Number($('send-run').value) || null, status: $('send-status').value, newKey: $('send-key').checked});
    return;
  }
  const to = $('replay-to').value;
  const raw = $('replay-value').value.trim();
  const value = to === 'datetime' && raw && !/[zZ]|[+-]\d\d:\d\d$/.test(raw) ? raw + 'Z' : raw;
  const what = {to, value};
  try {
    const plan = await call('replay/plan', what);
    step(1);
    const box = $('preview');
    box.hidden = false;
    const facing = el('dl', {class: 'facts'});
    facts(facing, [['Offsets read again', number(plan.again)], ['Offsets passed over', number(plan.passedOver)], ['API calls at most', number(plan.calls)], ['Keys expired', number(plan.expiredKeys)],
      ...Object.entries(plan.orders).map(([status, count]) => [`Orders ${status}`, number(count)]),
      ...Object.entries(plan.ordersPassedOver).map(([status, count]) => [`Passed over ${status}`, number(count)])]);
    const moves = el('table');
    table(moves, ['Partition', 'Offset now', 'Offset then'], plan.moves.map((each) => [String(each.partition), each.committed === null ? '–' : each.committed, each.after]));
    box.replaceChildren(el('h2', {}, 'Preview'), facing, el('div', {class: 'scroll'}, moves), action('Execute…', () => {
      step(2);
      return {title: 'Replay', text: consequences(plan), typed: confirmation(plan), ok: 'Replay', run: async (by) => {
        const told = await call('replay', {...what, ...by});
        step(3);
        follow();
        return told;
      }};
    }));
  } catch (failure) {
    toast(failure.message);
  }
}

let followTurn = 0;
let followTimer = null;

/** Shows how far the last replay is, and again while it runs and is looked at; a later call takes over from an earlier one. */
async function follow() {
  const turn = ++followTurn;
  clearTimeout(followTimer);
  try {
    const found = await call('replay');
    if (turn !== followTurn) return;
    showReplay(found);
    if (found.state === 'running' && !document.hidden && !$('replay').hidden) followTimer = setTimeout(follow, POLL_MS);
  } catch (failure) {
    toast(failure.message);
  }
}

function showReplay(found) {
  const isMoved = found.total !== undefined;
  const left = isMoved ? `${number(found.left)} of ${number(found.total)} offsets are left` : '';
  const text = {
    running: isMoved ? `${found.step}: ${left}` : found.step,
    done: !found.total ? 'Done: the offsets are moved, and none is read again.' : `Done: ${number(found.total)} offsets were read again, ${number(found.claimed)} orders were claimed from them.${found.workers ? '' : ' No worker is running: they are read when one is started.'}`,
    stopped: `Not followed any more: ${left}; workers read them when they can.`,
    failed: `Failed: ${found.error}`,
  }[found.state] || '';
  $('progress').hidden = found.state === 'none';
  $('replay-bar').style.width = `${found.state === 'done' ? 100 : found.total ? 100 * (found.total - found.left) / found.total : 0}%`;
  $('replay-state').textContent = text;
  rebuild($('replay-actions'), `${found.state} ${isMoved} ${session.canAct}`, () => found.state === 'running' && isMoved
    ? [action('Stop following', () => ({title: 'Stop following', text: 'The offsets stay moved, and workers read on.', run: async (by) => {
      const told = await call('replay/stop', by);
      follow();
      return told;
    }}))] : []);
  table($('replay-history'), ['When', 'Who', 'Why', 'Offsets', 'Outcome'], found.history.map((each) => [time(each.at), each.who, each.reason, each.changes, each.outcome]), 'nobody has moved offsets');
}
