'use strict';
// Orders in doubt and what is decided of them; the life of one order.

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

/** Plans, tells, and after a typed confirmation sends orders once more; what may be executed twice takes more than a number. */
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
        (plan.executed ? ` ${number(plan.executed)} were executed as far as evidence says, and are ${what.ids ? 'called again' : 'left out'}.` : '') +
        (plan.risky ? ' The API cannot tell that it had such an order before: it may execute each of them twice.' : ''),
      typed: plan.risky ? `${plan.orders} calls again` : String(plan.orders),
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
