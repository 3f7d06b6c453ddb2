/* A shelf under the hands: picks and the bulk bar, the cursor and the keys, rows that refresh and leave. */
(() => {
  'use strict';
  const { $, $$, show } = window.office;
  const bar = () => $('#bulk');
  const picks = () => $$('.order-row .check');
  const rows = () => $$('.order-row');

  /* Picks */
  const THIN = '\u2009', NBSP = '\u00a0';
  const tenge = amount => `${String(amount).replace(/\B(?=(\d{3})+$)/g, THIN)}${NBSP}₸`;
  const paint = () => {
    const boxes = picks(), on = boxes.filter(box => box.checked);
    boxes.forEach(box => box.closest('tr').classList.toggle('is-selected', box.checked));
    if (!bar()) return;
    bar().hidden = !on.length;
    $$('[data-bulk="count"]', bar()).forEach(node => { node.textContent = on.length; });
    $('[data-bulk="sum"]', bar()).textContent = tenge(on.reduce((sum, box) => sum + Number(box.dataset.amount), 0));
    const all = $('[data-pick-all]');
    if (!all) return;
    all.checked = on.length > 0 && on.length === boxes.length;
    all.indeterminate = on.length > 0 && !all.checked;
  };
  const pickAll = checked => { picks().forEach(box => { box.checked = checked; }); paint(); };
  document.addEventListener('change', event => {
    if (event.target.matches('[data-pick-all]')) pickAll(event.target.checked);
    else if (event.target.matches('.order-row .check')) paint();
  });
  document.addEventListener('click', event => { if (event.target.closest('[data-clear]')) pickAll(false); });

  /* Cursor: kept by the order's number, so a refreshed table keeps it too. */
  let cursor = '', lastPick = '';
  const current = () => document.getElementById(cursor);
  const point = row => {
    if (!row) return;
    current()?.classList.remove('order-row--cursor');
    cursor = row.id;
    row.classList.add('order-row--cursor');
    row.scrollIntoView({ block: 'nearest' });
  };
  const move = step => {
    const all = rows(), at = all.indexOf(current());
    point(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))]);
  };
  const link = () => current() && $('.order-row__no a', current());
  const step = by => { move(by); link()?.click(); };
  const pick = through => {
    const box = current() && $('.check', current());
    if (!box) return;
    box.checked = !box.checked;
    const all = rows(), from = all.findIndex(row => row.id === lastPick), to = all.indexOf(current());
    if (through && from >= 0) {
      all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(row => { const other = $('.check', row); if (other) other.checked = true; });
    }
    lastPick = cursor;
    paint();
  };
  const act = kind => ($('dialog.drawer[open]') || current() || $('#order'))?.querySelector(`[data-act="${kind}"]`)?.click();
  const accept = () => {
    if (picks().some(box => box.checked)) $('[data-bulk-accept]')?.click(); else act('accept');
  };
  const copy = () => ($('[data-copy]', $('#order') || document.body)?.click());
  const go = url => { location.href = url; };
  const nth = number => $$('#shelf-tabs .tabs__item, #nav-counts .nav__item--sub')[number - 1]?.click();

  /* Keys by physical place, so that the layout of the keyboard does not matter. */
  let led = false;
  const lead = { KeyK: '/quality/', KeyT: '/catalog/', KeyZ: '/orders/new/' };
  const keys = {
    KeyJ: () => move(1), KeyK: () => move(-1), KeyX: event => pick(event.shiftKey), KeyA: accept,
    Enter: () => link()?.click(), KeyO: () => link() && go(link().href), KeyC: copy, KeyV: () => act('complete'),
    KeyP: () => act('waybill'), KeyN: () => $('a.live-pill')?.click(), KeyG: () => { led = true; },
    Escape: () => pickAll(false),
  };
  const named = event => {
    if (event.code === 'Slash' || event.code === 'NumpadDivide') return event.shiftKey ? () => show($('#keys')) : () => $('[data-search]')?.focus();
    const digit = /^Digit([1-6])$/.exec(event.code);
    return digit ? () => nth(Number(digit[1])) : keys[event.code];
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey) {
      if (event.code === 'KeyK' && $('#search')) { event.preventDefault(); show($('#search')); }
      return;
    }
    const typing = event.target.matches('input:not(.check, .radio), textarea, select');
    const inDialog = $('dialog[open]:not(.drawer)');
    const own = event.code === 'Enter' && event.target !== document.body;
    if (event.altKey || typing || inDialog || own) return;
    if (event.code === 'Escape' && $('dialog[open]')) return;
    const jump = led && lead[event.code];
    led = false;
    const todo = jump ? () => go(jump) : named(event);
    if (!todo) return;
    event.preventDefault();
    todo(event);
  });

  /* An order changed: its row asks for itself, several ask for the table. A row that left says so and goes. */
  const refresh = code => {
    const row = document.getElementById(`order-${code}`), shelf = row?.closest('table').dataset.shelf;
    if (row) window.htmx.ajax('GET', `/orders/${encodeURIComponent(code)}/row/?shelf=${encodeURIComponent(shelf)}`, { target: row, swap: 'outerHTML' });
  };
  const reload = () => { if ($('#orders')) window.htmx.trigger('#orders', 'stale'); };
  document.addEventListener('order-changed', event => {
    event.target.closest?.('dialog:not(.drawer)')?.close();
    const { code, codes = code ? [String(code)] : [] } = event.detail;
    if (codes.length > 1) reload(); else codes.forEach(refresh);
  });
  /* A conflict: the order is not what the screen shows. */
  document.addEventListener('htmx:afterRequest', event => {
    const { xhr, elt } = event.detail;
    if (xhr?.status !== 409 || (xhr.getResponseHeader('HX-Trigger') || '').includes('order-changed')) return;
    const code = elt.closest('.order-row')?.id.replace('order-', '') || elt.closest('[data-code]')?.dataset.code;
    elt.dispatchEvent(new CustomEvent('order-changed', { bubbles: true, detail: { code } }));
  });
  document.addEventListener('woke', reload);
  document.addEventListener('htmx:afterSwap', () => {
    paint();
    current()?.classList.add('order-row--cursor');
  });
  document.addEventListener('htmx:load', event => {
    if (event.target.matches?.('[data-leave]')) setTimeout(() => event.target.remove(), 2000);
  });
  document.addEventListener('click', event => {
    const row = event.target.closest?.('.order-row');
    if (row) point(row);
    const stepper = event.target.closest?.('[data-step]');
    if (stepper) step(Number(stepper.dataset.step));
  });
  paint();
})();
