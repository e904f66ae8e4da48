'use strict';
// The operators' page. It shows what api/v1/overview and the live events tell, and asks the same API to act.

const API = 'api/v1/';
const STALE_MS = 5000;
const KEPT_POINTS = 900;
const POLL_MS = 500;
const CHART_HEIGHT = 170;
const $ = (id) => document.getElementById(id);

let session = {csrf: null, canAct: false};
let source = null;
let lastMessage = 0;
const points = {at: [], rate: [], p50: [], p99: []};
let before = null; // the last point, to make rates from
let charts = null;

// ---- small helpers ----

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((each) => each !== null && each !== undefined));
  return node;
}

const number = (value) => value === null || value === undefined ? '–' : Number(value).toLocaleString('en');
const time = (text) => text ? new Date(text).toLocaleString('sv') : '–';
const seconds = (value) => {
  if (value === null || value === undefined) return '–';
  if (value < 120) return `${Math.round(value * 10) / 10} s`;
  return value < 7200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 360) / 10} h`;
};

async function call(path, body) {
  const headers = body === undefined ? {} : {'Content-Type': 'application/json', 'X-Csrf-Token': session.csrf};
  const response = await fetch(API + path, {method: body === undefined ? 'GET' : 'POST', headers, body: body === undefined ? undefined : JSON.stringify(body)});
  const told = await response.json().catch(() => ({error: `status ${response.status}`}));
  if (response.status === 401 && path !== 'login') { signIn(); }
  if (!response.ok) throw new Error(told.error || `status ${response.status}`);
  return told;
}

function toast(text) {
  $('toast').textContent = text;
  $('toast').hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $('toast').hidden = true; }, 6000);
}

function table(target, heads, rows, none) {
  const cell = (tag, value) => value instanceof Node
    ? el(tag, {}, value)
    : el(tag, {class: typeof value === 'number' ? 'number' : (String(value).length > 60 ? 'wrap' : null)}, typeof value === 'number' ? number(value) : (value ?? '–'));
  const numeric = (index) => rows.length > 0 && typeof rows[0][index] === 'number';
  target.replaceChildren(
    el('thead', {}, el('tr', {}, ...heads.map((each, index) => el('th', {scope: 'col', class: numeric(index) ? 'number' : null}, each)))),
    el('tbody', {}, ...(rows.length ? rows.map((row) => el('tr', {}, ...row.map((each) => cell('td', each)))) : [el('tr', {}, el('td', {colspan: heads.length}, none || 'none'))])));
}

function facts(target, entries) {
  target.replaceChildren(...entries.filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value instanceof Node ? value : String(value)))));
}

/** Asks who does it and why, and does it; typed is what has to be typed to confirm, if anything. */
function ask({title, text, ok, typed, reason = true, run}) {
  $('dialog-title').textContent = title;
  $('dialog-text').textContent = text || '';
  $('dialog-ok').textContent = ok || title;
  $('dialog-who').value = localStorage.getItem('duly-who') || '';
  $('dialog-reason').value = '';
  $('dialog-reason').required = reason;
  $('dialog-reason-label').hidden = !reason;
  $('dialog-typed').value = '';
  $('dialog-typed').required = Boolean(typed);
  $('dialog-typed-label').hidden = !typed;
  $('dialog-wanted').textContent = typed || '';
  $('dialog-error').textContent = '';
  $('dialog-form').onsubmit = async (event) => {
    event.preventDefault();
    if (typed && $('dialog-typed').value !== typed) {
      $('dialog-error').textContent = `type ${typed} to confirm`;
      return;
    }
    localStorage.setItem('duly-who', $('dialog-who').value);
    $('dialog-ok').disabled = true;
    try {
      const told = await run({who: $('dialog-who').value, reason: $('dialog-reason').value});
      $('dialog').close();
      if (told && told.done) toast(told.done);
    } catch (failure) {
      $('dialog-error').textContent = failure.message;
    } finally {
      $('dialog-ok').disabled = false;
    }
  };
  $('dialog').showModal();
}

function action(label, dialog) {
  return el('button', {type: 'button', disabled: !session.canAct, title: session.canAct ? null : 'this page is read-only', onclick: () => ask(dialog())}, label);
}

// ---- live ----

function listen() {
  if (source || document.hidden || !session.csrf) return;
  source = new EventSource(API + 'events');
  source.onmessage = (event) => {
    lastMessage = Date.now();
    show(JSON.parse(event.data));
  };
}

function pause() {
  if (source) source.close();
  source = null;
}

function age() {
  const silent = Date.now() - lastMessage;
  const isStale = !document.hidden && lastMessage > 0 && silent > STALE_MS;
  $('live').className = `live${isStale ? ' stale' : lastMessage ? ' on' : ''}`;
  $('live').textContent = !lastMessage ? 'connecting' : isStale ? `stale: nothing heard for ${Math.round(silent / 1000)} s` : 'live';
}

function show(found) {
  $('installation').textContent = `${found.installation} · ${found.table}`;
  showProblems(found.problems);
  showRun(found);
  showPoint(found);
  showLag(found.lag);
  showWorkers(found);
  showRuns(found.runs);
  $('doubt-count').hidden = !found.inDoubt;
  $('doubt-count').textContent = number(found.inDoubt);
  $('stuck-card').hidden = !found.stuck.length;
  table($('stuck'), ['Order', 'Run', 'Attempt', 'Worker', 'Claimed'], found.stuck.map((each) => [orderLink(each.id), String(each.run), String(each.attempt), each.worker, time(each.claimedAt)]));
}

function showProblems(problems) {
  const box = $('problems');
  box.hidden = !problems.length;
  box.classList.toggle('urgent', problems.some((each) => each.urgent));
  const text = JSON.stringify(problems);
  if (box.dataset.text === text) return; // so that focus stays where it is
  box.dataset.text = text;
  box.replaceChildren(...problems.map((each) => el('p', {}, el('b', {}, each.section.replaceAll('-', ' ')), `: ${each.detail} `,
    el('button', {class: 'link', type: 'button', onclick: () => help(each.section)}, 'what to do'))));
}

async function help(section) {
  try {
    const found = await call('runbook/' + section);
    $('help-title').textContent = section.replaceAll('-', ' ');
    $('help-text').textContent = found.text.split('\n').slice(1).join('\n').trim();
    $('help').showModal();
  } catch (failure) {
    toast(failure.message);
  }
}

function showRun(found) {
  const run = found.runs.find((each) => each.state !== 'MISSED');
  if (!run) return;
  const done = run.completed + run.failed + run.inDoubt;
  const total = Math.max(run.selected, done, 1);
  const share = (value) => `${100 * value / total}%`;
  $('run-title').textContent = `Run ${run.id} of ${run.schedule}: ${run.state}${run.paused ? ', paused' : ''}`;
  const parts = [['completed', run.completed], ['failed', run.failed], ['doubt', run.inDoubt]].map(([name, value]) => {
    const part = el('span', {class: name, title: `${name}: ${number(value)}`});
    part.style.width = share(value);
    return part;
  });
  $('bar').replaceChildren(...parts);
  $('bar').setAttribute('aria-valuenow', Math.round(100 * done / total));
  const isOpen = ['OPEN', 'PUBLISHING', 'PUBLISHED'].includes(run.state);
  const rate = found.rate || 0;
  facts($('run-facts'), [
    ['Selected', number(run.selected)], ['Completed', number(run.completed)], ['Failed', number(run.failed)], ['In doubt', number(run.inDoubt)],
    ['Skipped', run.skipped ? number(run.skipped) : null], ['Cancelled by owner', run.cancelled ? number(run.cancelled) : null], ['Unclaimed', run.unclaimed ? number(run.unclaimed) : null],
    ['Rate', isOpen ? `${number(Math.round(rate))}/s` : null],
    ['ETA', isOpen ? (run.eta ? time(run.eta) : rate >= 1 && total > done ? `in ${seconds((total - done) / rate)}` : '–') : null],
    ['Deadline', run.deadline ? time(run.deadline) : null],
    ['Fired', time(run.fireTime)], ['Closed', run.closedAt ? time(run.closedAt) : null], ['Paused', run.paused], ['Cancelled', run.cancelledWhy],
  ]);
  const key = `${run.id} ${isOpen} ${Boolean(run.paused)} ${Boolean(found.paused)} ${session.canAct}`;
  if ($('run-actions').dataset.key === key) return;
  $('run-actions').dataset.key = key;
  $('run-actions').replaceChildren(
    found.paused
      ? action('Resume all calls', () => ({title: 'Resume all calls', text: found.paused.reason, reason: false, run: (by) => call('resume', by)}))
      : action('Pause all calls', () => ({title: 'Pause all calls', text: 'No order is sent by any worker until calls are resumed.', run: (by) => call('pause', by)})),
    ...(isOpen ? [
      run.paused
        ? action('Resume run', () => ({title: `Resume run ${run.id}`, reason: false, run: (by) => call(`runs/${run.id}/resume`, by)}))
        : action('Pause run', () => ({title: `Pause run ${run.id}`, text: 'Orders that are not claimed stay PENDING.', run: (by) => call(`runs/${run.id}/pause`, by)})),
      action('Cancel run', () => ({title: `Cancel run ${run.id}`, text: 'Orders that are not claimed stay PENDING; the run gets a verdict.', typed: String(run.id), run: (by) => call(`runs/${run.id}/cancel`, by)})),
    ] : []));
}

function showLag(lag) {
  const sum = lag.reduce((total, each) => total + each.lag, 0);
  $('lag-sum').textContent = `${number(sum)} records left`;
  table($('lag'), ['Partition', 'Offset', 'End', 'Lag', 'Oldest', 'Trend', 'Rate', 'Member'],
    lag.map((each) => [String(each.partition), each.committed === null ? '–' : each.committed, each.end, each.lag, seconds(each.age), each.trend || '–', each.rate === null ? '–' : `${number(Math.round(each.rate))}/s`, each.member || '–']));
}

function showWorkers(found) {
  table($('workers'), ['Worker', 'State', 'Heartbeat', 'Calls', 'p50 ms', 'p99 ms'],
    found.workers.map((each) => [each.id, each.state, `${seconds(each.beatAgo)} ago`, each.calls, each.p50 === null ? '–' : Math.round(each.p50 * 10) / 10, each.p99 === null ? '–' : Math.round(each.p99 * 10) / 10]), 'no worker lives');
  $('totals-age').textContent = found.totals ? `estimate, sampled ${seconds(found.totals.sampledAgo)} ago` : 'not sampled yet';
  facts($('totals'), found.totals ? [['Orders', number(found.totals.rows)], ...Object.entries(found.totals.byStatus).map(([name, value]) => [name, number(value)])] : []);
  facts($('log'), [['Slot', found.log.slot], ['Read', found.log.read ? 'yes' : 'no'], ['Confirmed', found.log.confirmedAgo === null ? 'never' : `${seconds(found.log.confirmedAgo)} ago`], ['Kept by the server', `${number(Math.round(found.log.retainedBytes / 1024))} KiB`], ['Gap', found.log.gap]]);
}

function showRuns(runs) {
  table($('runs'), ['Run', 'Schedule', 'Lane', 'State', 'Fired', 'Closed', 'Selected', 'Completed', 'Failed', 'In doubt'],
    runs.map((each) => [String(each.id), each.schedule, each.lane, each.state, time(each.fireTime), time(each.closedAt), each.selected, each.completed, each.failed, each.inDoubt]), 'no run yet');
}

// ---- charts ----

function addPoint(at, results, p50, p99) {
  const span = before ? at - before.at : 0;
  points.at.push(at);
  points.rate.push(span > 0 ? Math.max(0, (results - before.results) / span) : null);
  points.p50.push(p50);
  points.p99.push(p99);
  before = {at, results};
  if (points.at.length > KEPT_POINTS) Object.values(points).forEach((each) => each.shift());
}

function showPoint(found) {
  const results = found.runs.reduce((total, each) => total + each.completed + each.failed + each.inDoubt, 0);
  const slowest = (name) => found.workers.reduce((most, each) => each[name] === null ? most : Math.max(most ?? 0, each[name]), null);
  addPoint(Date.parse(found.at) / 1000, results, slowest('p50'), slowest('p99'));
  draw();
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function chart(target, series) {
  const axis = {stroke: color('--soft'), grid: {stroke: color('--line'), width: 1}, ticks: {show: false}};
  return new uPlot({
    width: target.clientWidth || 500, height: CHART_HEIGHT, legend: {live: false}, cursor: {y: false},
    axes: [axis, {...axis, size: 55}],
    scales: {y: {range: (plot, least, most) => [0, Math.max(most || 0, 1) * 1.1]}},
    series: [{label: 'time'}, ...series],
  }, [[], ...series.map(() => [])], target);
}

function draw() {
  if (!$('overview').clientWidth) return;
  charts ||= {
    rate: chart($('chart-rate'), [{label: 'results/s', stroke: color('--done'), width: 2, fill: color('--done') + '22'}]),
    latency: chart($('chart-latency'), [{label: 'p50', stroke: color('--accent'), width: 2}, {label: 'p99', stroke: color('--failed'), width: 2}]),
  };
  charts.rate.setData([points.at, points.rate]);
  charts.latency.setData([points.at, points.p50, points.p99]);
}

function resize() {
  for (const [each, target] of charts ? [[charts.rate, $('chart-rate')], [charts.latency, $('chart-latency')]] : []) {
    if (target.clientWidth && target.clientWidth !== each.width) each.setSize({width: target.clientWidth, height: CHART_HEIGHT});
  }
}

function redraw() {
  ['chart-rate', 'chart-latency'].forEach((each) => $(each).replaceChildren());
  charts = null;
  draw();
}

// ---- doubts ----

async function loadDoubts() {
  const query = new URLSearchParams({run: $('doubt-run').value, reason: $('doubt-reason').value});
  try {
    const found = await call('doubts?' + query);
    table($('doubt-rows'), ['', 'Order', 'Attempt', 'Run', 'Calls', 'Since', 'Reason'],
      found.map((each) => [el('input', {type: 'checkbox', value: each.id, 'aria-label': `order ${each.id}`, onchange: doubtActions}), orderLink(each.id), String(each.attempt), String(each.run), String(each.calls), time(each.since), each.reason]), 'no order is in doubt');
    doubtActions();
  } catch (failure) {
    toast(failure.message);
  }
}

const chosen = () => [...document.querySelectorAll('#doubt-rows input:checked')].map((each) => each.value);

function doubtActions() {
  const ids = chosen();
  const names = `${ids.length} ${ids.length === 1 ? 'order' : 'orders'}: ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ', …' : ''}`;
  const settle = (outcome, label) => {
    const button = action(label, () => ({title: `Settle as ${outcome}`, text: names, ok: `Settle ${ids.length}`, run: async (by) => {
      const told = await call('doubts/settle', {ids, outcome, ...by});
      loadDoubts();
      return told;
    }}));
    button.disabled ||= !ids.length;
    return button;
  };
  const again = el('button', {type: 'button', disabled: !session.canAct || !ids.length, onclick: () => sendAgain({ids, status: 'IN_DOUBT'})}, 'Send again…');
  const all = el('button', {type: 'button', onclick: () => {
    document.querySelectorAll('#doubt-rows input').forEach((each) => { each.checked = true; });
    doubtActions();
  }}, 'Choose all shown');
  $('doubt-actions').replaceChildren(all, settle('COMPLETED', 'The API executed them'), settle('FAILED', 'It did not, and will not'), again, el('span', {}, `${ids.length} chosen`));
}

/** Plans, tells, and after a typed confirmation sends orders once more. */
async function sendAgain(what) {
  try {
    const plan = await call('resend/plan', what);
    if (!plan.orders) {
      toast('none of them can be sent again');
      return;
    }
    ask({
      title: `Send ${number(plan.orders)} ${plan.orders === 1 ? 'order' : 'orders'} again`,
      text: `${plan.first.join(', ')}${plan.orders > plan.first.length ? ', …' : ''} – with ${plan.newKey ? 'a new idempotency key' : 'the same idempotency key'}.` +
        (plan.risky ? ' The API cannot tell that it had such an order before, and may execute it twice.' : ''),
      typed: String(plan.orders),
      run: async (by) => {
        const told = await call('resend', {...what, maxCalls: plan.orders, callsAgain: plan.risky, ...by});
        loadDoubts();
        return told;
      },
    });
  } catch (failure) {
    toast(failure.message);
  }
}

// ---- one order ----

function orderLink(id) {
  return el('a', {href: `#order/${encodeURIComponent(id)}`}, id);
}

async function loadOrder(id) {
  $('order-id').value = id;
  try {
    const found = await call('orders/' + encodeURIComponent(id));
    $('order-status').textContent = `Order ${found.id} is ${found.status ?? 'not in the table'}.`;
    $('timeline').replaceChildren(...found.events.map((each) => el('li', {},
      el('time', {datetime: each.at}, time(each.at)), el('b', {}, each.what), ` ${each.detail}`, each.key ? el('small', {}, ` key ${each.key}`) : null)));
  } catch (failure) {
    $('order-status').textContent = failure.message;
    $('timeline').replaceChildren();
  }
}

// ---- replay ----

function step(index) {
  [...$('steps').children].forEach((each, at) => {
    if (at === index) each.setAttribute('aria-current', 'step');
    else each.removeAttribute('aria-current');
  });
}

async function preview(event) {
  event.preventDefault();
  if (document.querySelector('[name="kind"]:checked').value === 'send') {
    await sendAgain({run: Number($('send-run').value), status: $('send-status').value, newKey: $('send-key').checked});
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
    facts(facing, [['Offsets read again', number(plan.again)], ['Passed over', number(plan.passedOver)], ['API calls at most', number(plan.calls)], ['Keys expired', number(plan.expiredKeys)],
      ...Object.entries(plan.orders).map(([status, count]) => [`Orders ${status}`, number(count)])]);
    const moves = el('table');
    table(moves, ['Partition', 'Offset now', 'Offset then'], plan.moves.map((each) => [String(each.partition), each.committed === null ? '–' : each.committed, each.after]));
    box.replaceChildren(el('h2', {}, 'Preview'), facing, el('div', {class: 'scroll'}, moves), action('Execute…', () => {
      step(2);
      return {title: 'Replay', text: 'All workers leave their group for a moment; then these records are read again.', typed: String(plan.again), ok: 'Replay', run: async (by) => {
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

async function follow() {
  try {
    const found = await call('replay');
    const box = $('progress');
    box.hidden = found.state === 'none';
    const share = found.total ? Math.round(100 * (found.total - (found.left ?? 0)) / found.total) : 0;
    const bar = el('span', {class: 'completed'});
    bar.style.width = `${found.state === 'done' ? 100 : share}%`;
    const text = {
      running: `${found.step}${found.total === undefined ? '' : `: ${number(found.left)} of ${number(found.total)} left`}`,
      done: `Done: ${number(found.total)} offsets were read again, ${number(found.claimed)} orders were claimed from them.${found.workers ? '' : ' No worker is running: they are read when one is started.'}`,
      failed: `Failed: ${found.error}`,
    }[found.state] || '';
    box.replaceChildren(el('h2', {}, 'Progress'), el('div', {class: 'bar'}, bar), el('p', {id: 'replay-state'}, text));
    table($('replay-history'), ['When', 'Who', 'Why', 'Offsets'], found.history.map((each) => [time(each.at), each.who, each.reason, each.changes]), 'nobody has moved offsets');
    if (found.state === 'running') setTimeout(follow, POLL_MS);
  } catch (failure) {
    toast(failure.message);
  }
}

// ---- parts of the page ----

const TABS = ['overview', 'doubts', 'order', 'replay'];

function route() {
  const [name, ...rest] = location.hash.slice(1).split('/');
  const tab = TABS.includes(name) ? name : 'overview';
  for (const each of TABS) {
    $(each).hidden = each !== tab;
    $('tab-' + each).setAttribute('aria-selected', each === tab);
    $('tab-' + each).tabIndex = each === tab ? 0 : -1;
  }
  if (!session.csrf) return;
  if (tab === 'overview') draw();
  if (tab === 'doubts') loadDoubts();
  if (tab === 'order' && rest.length) loadOrder(decodeURIComponent(rest.join('/')));
  if (tab === 'replay') follow();
}

function tabKeys(event) {
  const move = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  const at = TABS.findIndex((each) => event.target.id === 'tab-' + each);
  if (!move || at < 0) return;
  const next = TABS[(at + move + TABS.length) % TABS.length];
  location.hash = next;
  $('tab-' + next).focus();
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  if (charts) redraw();
}

function signIn() {
  pause();
  session = {csrf: null, canAct: false};
  $('login').hidden = false;
  TABS.forEach((each) => { $(each).hidden = true; });
  $('token').focus();
}

async function begin() {
  try {
    session = await call('session');
  } catch (failure) {
    return; // the form for the token is shown
  }
  $('login').hidden = true;
  const history = await call('history');
  history.at.forEach((at, index) => addPoint(at, history.results[index], history.p50[index], history.p99[index]));
  route();
  show(await call('overview'));
  lastMessage = Date.now();
  listen();
}

$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    session = await call('login', {token: $('token').value});
    $('token').value = '';
    begin();
  } catch (failure) {
    $('login-error').textContent = failure.message;
  }
});
$('dialog-cancel').addEventListener('click', () => $('dialog').close());
$('doubt-filter').addEventListener('submit', (event) => { event.preventDefault(); loadDoubts(); });
$('order-form').addEventListener('submit', (event) => { event.preventDefault(); location.hash = `order/${encodeURIComponent($('order-id').value.trim())}`; });
$('replay-form').addEventListener('submit', preview);
document.querySelectorAll('[name="kind"]').forEach((each) => each.addEventListener('change', () => {
  $('read-fields').hidden = each.value !== 'read';
  $('send-fields').hidden = each.value !== 'send';
  $('preview').hidden = true;
  step(0);
}));
TABS.forEach((each) => $('tab-' + each).addEventListener('click', () => { location.hash = each; }));
document.querySelector('nav').addEventListener('keydown', tabKeys);
$('theme').addEventListener('click', () => {
  const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  localStorage.setItem('duly-theme', next);
  theme(next);
});
window.addEventListener('hashchange', route);
window.addEventListener('resize', resize);
document.addEventListener('visibilitychange', () => { document.hidden ? pause() : listen(); });
setInterval(age, 1000);
theme(localStorage.getItem('duly-theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
begin().catch((failure) => toast(failure.message));
