'use strict';
// What the other scripts of the page are made of: elements, tables, numbers, requests, the dialog that asks who and why.

const API = 'api/v1/';
const $ = (id) => document.getElementById(id);

let session = {csrf: null, canAct: false};

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

/** Asks the API; what a console that was started anew refuses for its old secret is asked once more with the new one. */
async function call(path, body, isAgain = false) {
  const headers = body === undefined ? {} : {'Content-Type': 'application/json', 'X-Csrf-Token': session.csrf};
  const response = await fetch(API + path, {method: body === undefined ? 'GET' : 'POST', headers, body: body === undefined ? undefined : JSON.stringify(body)})
    .catch(() => { throw new Error('the console does not answer'); });
  const told = await response.json().catch(() => ({error: `status ${response.status}`}));
  if (response.status === 401 && path !== 'login') signIn();
  if (response.status === 403 && body !== undefined && !isAgain) {
    const known = session.csrf;
    session = await call('session');
    if (session.csrf !== known) return call(path, body, true);
  }
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

/** Makes the children anew where the key has changed, so that focus stays where it is. */
function rebuild(target, key, children) {
  if (target.dataset.key === key) return;
  target.dataset.key = key;
  target.replaceChildren(...children());
}

/** Asks who does it and why, and does it; typed is what has to be typed to confirm, if anything. */
function ask({title, text, ok, typed, run}) {
  $('dialog-title').textContent = title;
  $('dialog-text').textContent = text || '';
  $('dialog-ok').textContent = ok || title;
  $('dialog-who').value = localStorage.getItem('duly-who') || '';
  $('dialog-reason').value = '';
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
