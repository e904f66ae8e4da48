'use strict';
// The overview: what is wrong, the open runs, charts, lag, workers, all runs, orders that are stuck.

function show(found) {
  $('installation').textContent = `${found.installation} · ${found.table}`;
  showProblems(found.problems);
  showOpenRuns(found);
  addPoint(Date.parse(found.at) / 1000, found.rate, slowest(found, 'p50'), slowest(found, 'p99'));
  draw();
  showLag(found.lag);
  showWorkers(found);
  showRuns(found.runs);
  showStuck(found.stuck);
  $('doubt-count').hidden = !found.inDoubt;
  $('doubt-count').textContent = number(found.inDoubt);
}

function showProblems(problems) {
  const box = $('problems');
  box.hidden = !problems.length;
  box.classList.toggle('urgent', problems.some((each) => each.urgent));
  rebuild(box, JSON.stringify(problems), () => problems.map((each) => el('p', {}, el('b', {}, each.section.replaceAll('-', ' ')), `: ${each.detail} `, helpButton(each.section))));
}

const helpButton = (section) => el('button', {class: 'link', type: 'button', onclick: () => help(section)}, 'what to do');

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

const isOpen = (run) => ['OPEN', 'PUBLISHING', 'PUBLISHED'].includes(run.state);

/** The runs that are open, each on a card; the latest one where none is. */
function showOpenRuns(found) {
  const open = found.runs.filter(isOpen);
  const shown = open.length ? open : found.runs.filter((each) => each.state !== 'MISSED').slice(0, 1);
  $('open-title').textContent = open.length ? `${open.length} ${open.length === 1 ? 'run is' : 'runs are'} open` : shown.length ? 'No run is open; the last one' : 'No run yet';
  const cards = shown.map((run) => $(`run-${run.id}`) || runCard(run.id));
  if (cards.length !== $('open-runs').children.length || cards.some((each, index) => $('open-runs').children[index] !== each)) {
    $('open-runs').replaceChildren(...cards);
  }
  shown.forEach((run, index) => fillRunCard(cards[index], run));
  rebuild($('all-actions'), `${Boolean(found.paused)} ${session.canAct}`, () => [found.paused
    ? action('Resume all calls', () => ({title: 'Resume all calls', text: `Paused: ${found.paused.reason}`, run: (by) => call('resume', by)}))
    : action('Pause all calls', () => ({title: 'Pause all calls', text: 'No order is sent by any worker until calls are resumed.', run: (by) => call('pause', by)}))]);
}

function runCard(id) {
  return el('section', {class: 'card', id: `run-${id}`, 'aria-label': `Run ${id}`},
    el('div', {class: 'row between'}, el('h3'), el('div', {class: 'row actions'})),
    el('div', {class: 'bar', role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100', 'aria-label': 'Orders with a result'}),
    el('dl', {class: 'facts'}));
}

function fillRunCard(card, run) {
  const done = run.completed + run.failed + run.inDoubt;
  const total = Math.max(run.selected, done, 1);
  card.querySelector('h3').textContent = `Run ${run.id} ${run.schedule === 'by decision' ? '' : 'of '}${run.schedule}: ${run.state}${run.paused ? ', paused' : ''}`;
  card.querySelector('.bar').setAttribute('aria-valuenow', Math.round(100 * done / total));
  card.querySelector('.bar').replaceChildren(...[['completed', run.completed], ['failed', run.failed], ['doubt', run.inDoubt]].map(([name, value]) => {
    const part = el('span', {class: name, title: `${name}: ${number(value)}`});
    part.style.width = `${100 * value / total}%`;
    return part;
  }));
  const eta = () => run.eta ? time(run.eta) : run.rate >= 1 && total > done ? `in ${seconds((total - done) / run.rate)}` : '–';
  facts(card.querySelector('dl'), [
    ['Selected', number(run.selected)], ['Completed', number(run.completed)], ['Failed', number(run.failed)], ['In doubt', number(run.inDoubt)],
    ['Skipped', run.skipped ? number(run.skipped) : null], ['Cancelled by owner', run.cancelled ? number(run.cancelled) : null], ['Unclaimed', run.unclaimed ? number(run.unclaimed) : null],
    ['Rate', isOpen(run) ? `${number(Math.round(run.rate))}/s` : null], ['ETA', isOpen(run) ? eta() : null], ['Deadline', run.deadline ? time(run.deadline) : null],
    ['Fired', time(run.fireTime)], ['Closed', run.closedAt ? time(run.closedAt) : null], ['Paused', run.paused], ['Cancelled', run.cancelledWhy],
  ]);
  rebuild(card.querySelector('.actions'), `${isOpen(run)} ${Boolean(run.paused)} ${session.canAct}`, () => isOpen(run) ? [
    run.paused
      ? action('Resume run', () => ({title: `Resume run ${run.id}`, text: 'Its orders that are PENDING are published anew.', run: (by) => call(`runs/${run.id}/resume`, by)}))
      : action('Pause run', () => ({title: `Pause run ${run.id}`, text: 'Orders that are not claimed stay PENDING.', run: (by) => call(`runs/${run.id}/pause`, by)})),
    action('Cancel run', () => ({title: `Cancel run ${run.id}`, text: 'Orders that are not claimed stay PENDING; the run gets a verdict.', typed: String(run.id), run: (by) => call(`runs/${run.id}/cancel`, by)})),
  ] : []);
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

/** The reconciler alone may move these, so that there is nothing to be done to them but to look. */
function showStuck(stuck) {
  $('stuck-card').hidden = !stuck.length;
  rebuild($('stuck-help'), 'once', () => ['The reconciler moves them: it sends them again, or puts them in doubt to be settled. Where it does not, see ', helpButton('orders-stuck')]);
  if ($('stuck').dataset.key === JSON.stringify(stuck)) return;
  $('stuck').dataset.key = JSON.stringify(stuck);
  table($('stuck'), ['Order', 'Run', 'Attempt', 'Worker', 'Claimed'], stuck.map((each) => [orderLink(each.id), String(each.run), String(each.attempt), each.worker, time(each.claimedAt)]));
}
