'use strict';
// The page as a whole: what is live, who is signed in, which part is shown. It shows what api/v1/overview and the live
// events tell, and asks the same API to act.

const STALE_MS = 5000;
const RETRY_MS = 2000;

let source = null;
let lastMessage = 0; // 0 only where nothing was shown yet
let trouble = null; // why nothing newer is shown, where that is known
let retry = null;
let isShown = false;
let isLost = false; // whether live events broke off: the console may be another one now

// ---- live ----

function listen() {
  if (source || document.hidden || !session.csrf) return;
  source = new EventSource(API + 'events');
  source.onmessage = (event) => {
    heard();
    show(JSON.parse(event.data));
  };
  source.onopen = () => { if (isLost) begin(); };
  source.onerror = () => {
    isLost = true;
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    pause();
    beginLater();
  };
}

function pause() {
  if (source) source.close();
  source = null;
}

function heard() {
  lastMessage = Date.now();
  trouble = null;
  age();
}

function standing() {
  const silent = Date.now() - lastMessage;
  const why = trouble ? `: ${trouble}` : '';
  if (!$('login').hidden) return ['', 'signed out'];
  if (!lastMessage) return trouble ? ['stale', `nothing to show${why}`] : ['', 'connecting'];
  return silent > STALE_MS ? ['stale', `stale: nothing heard for ${Math.round(silent / 1000)} s${why}`] : ['on', 'live'];
}

/** Says whether what is shown is of now, and why not. */
function age() {
  if (document.hidden) return;
  const [state, text] = standing();
  $('live').className = `live ${state}`;
  $('live').textContent = text;
}

// ---- parts of the page ----

const TABS = ['overview', 'doubts', 'order', 'replay'];

function route() {
  if (!$('login').hidden) return;
  const [name, ...rest] = location.hash.slice(1).split('/');
  const tab = TABS.includes(name) ? name : 'overview';
  for (const each of TABS) {
    $(each).hidden = each !== tab;
    $('tab-' + each).setAttribute('aria-selected', each === tab);
    $('tab-' + each).tabIndex = each === tab ? 0 : -1;
  }
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
  $('dialog').close();
  session = {csrf: null, canAct: false};
  $('login').hidden = false;
  TABS.forEach((each) => { $(each).hidden = true; });
  $('token').focus();
  age();
}

/** Shows the page as things are now; where the console does not answer, it is asked again until it does. */
async function begin() {
  clearTimeout(retry);
  try {
    session = await call('session');
    startPoints(await call('history'));
    show(await call('overview'));
  } catch (failure) {
    if (!$('login').hidden) return;
    trouble = failure.message;
    age();
    beginLater();
    return;
  }
  heard();
  isLost = false;
  if (!isShown) {
    performance.mark('shown');
    isShown = true;
    route();
  }
  listen();
}

function beginLater() {
  clearTimeout(retry);
  if (!document.hidden) retry = setTimeout(begin, RETRY_MS);
}

function visibility() {
  if (document.hidden) {
    pause();
    clearTimeout(retry);
    return;
  }
  age();
  begin();
  if (!$('replay').hidden) follow();
}

$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    session = await call('login', {token: $('token').value});
    $('token').value = '';
    $('login').hidden = true;
    isShown = false;
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
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault(); // the address says which part is shown, and stays
  $('main').focus();
});
window.addEventListener('hashchange', route);
window.addEventListener('resize', resize);
document.addEventListener('visibilitychange', visibility);
setInterval(age, 1000);
$('zone').textContent = `Times are those of ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
theme(localStorage.getItem('duly-theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
begin();
