/* A shelf under the hands: picks and the bulk bar, the cursor and the focus, rows that refresh and leave. */
(() => {
  'use strict';
  const { $, $$ } = window.office;
  const bar = () => $('#bulk');
  const picks = () => $$('.order-row .check');
  const rows = () => $$('.order-row:not(.order-row--gone)');

  /* Picks, kept by number: a refreshed row or table keeps them too. */
  const THIN = '\u2009', NBSP = '\u00a0';
  const picked = new Set();
  const tenge = amount => `${String(amount).replace(/\B(?=(\d{3})+$)/g, THIN)}${NBSP}₸`;
  const paint = () => {
    const boxes = picks(), on = boxes.filter(box => box.checked);
    boxes.forEach(box => box.closest('tr').classList.toggle('is-selected', box.checked));
    picked.clear();
    on.forEach(box => picked.add(box.value));
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

  /* Cursor: kept by the order's number. Where its row is gone, the one that took its place is meant. */
  let cursor = '', place = 0, lastPick = '';
  const current = () => document.getElementById(cursor);
  const point = row => {
    if (!row) return;
    current()?.classList.remove('order-row--cursor');
    cursor = row.id;
    place = rows().indexOf(row);
    row.classList.add('order-row--cursor');
  };
  let held = null;
  const stand = (row = current() || rows()[0]) => {
    if (!row) return;
    point(row);
    held = { home: row.id, on: '' };
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  };
  /* Moves the cursor; false at the end of the rows. */
  const move = step => {
    const all = rows(), at = all.indexOf(current()), to = at < 0 ? 0 : at + step;
    if (!all[to]) return false;
    stand(all[to]);
    return true;
  };
  const link = () => current() && $('.order-row__no a', current());
  const step = by => { if (move(by)) link()?.click(); };
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

  /* Focus: remembered by what it is on, for the node itself goes with a swap. A dialog gives it back by itself, unless
     its row was swapped meanwhile. */
  const called = node => node.dataset.act ? `[data-act="${node.dataset.act}"]` : node.matches('.check') ? '.check' : node.matches('.order-row__no a') ? '.order-row__no a' : '';
  document.addEventListener('focusin', ({ target }) => {
    if (target.closest('dialog')) return;
    const home = target.closest('.order-row, #order');
    held = home && { home: home.id, on: home === target ? '' : called(target) };
  });
  const lost = () => !document.activeElement || document.activeElement === document.body;
  const regain = () => {
    if (!lost()) return;
    const drawer = $('dialog.drawer:modal');
    if (drawer) { $('#drawer-title', drawer)?.focus(); return; }
    if (!held || $('dialog:modal')) return;
    const home = document.getElementById(held.home) || current();
    const control = home && held.on && $(held.on, home);
    (control || (home?.matches('.order-row') ? home : null))?.focus({ preventScroll: true });
  };

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
    const { xhr, elt, successful } = event.detail;
    if (successful) elt.closest('#bulk-result li')?.remove();
    if (xhr?.status !== 409 || (xhr.getResponseHeader('HX-Trigger') || '').includes('order-changed')) return;
    const code = elt.closest('.order-row')?.id.replace('order-', '') || elt.closest('[data-code]')?.dataset.code;
    elt.dispatchEvent(new CustomEvent('order-changed', { bubbles: true, detail: { code } }));
  });
  document.addEventListener('woke', reload);
  const settled = () => {
    picks().forEach(box => { if (picked.has(box.value)) box.checked = true; });
    paint();
    if (cursor && !current()) point(rows()[Math.min(place, rows().length - 1)]);
    current()?.classList.add('order-row--cursor');
    regain();
  };
  // Settling gives swapped rows the class names of the server, 20 ms after the cursor has been drawn: drawn again.
  ['htmx:afterSwap', 'htmx:oobAfterSwap', 'htmx:afterSettle'].forEach(name => document.addEventListener(name, settled));
  document.addEventListener('close', () => setTimeout(() => {
    const on = document.activeElement?.closest('.order-row');
    if (on && current() && on !== current()) stand(); else regain();
  }), true);

  /* The neighbour below takes over from a row that leaves; an emptied page asks for what comes next. */
  const leave = row => {
    const all = $$('.order-row'), at = all.indexOf(row), stays = other => !other.matches('.order-row--gone');
    const heir = all.slice(at + 1).find(stays) || all.slice(0, Math.max(at, 0)).reverse().find(stays);
    const focused = row.contains(document.activeElement);
    row.remove();
    if (row.id === cursor && heir) point(heir);
    if (focused) heir?.focus({ preventScroll: true });
    if (at >= 0 && !heir) reload();
  };
  document.addEventListener('htmx:load', event => {
    const row = event.target;
    if (row.matches?.('[data-leave]')) setTimeout(() => { if (row.isConnected) leave(row); }, 2000);
  });
  document.addEventListener('click', event => {
    const row = event.target.closest?.('.order-row');
    if (row && event.isTrusted) point(row);   // a key presses buttons of other rows too, and moves nothing
    const stepper = event.target.closest?.('[data-step]');
    if (stepper) step(Number(stepper.dataset.step));
    if (event.target.closest?.('[data-clear]')) pickAll(false);
    const shut = event.target.closest?.('[data-clear-result]');
    if (shut && $('#orders')) { event.preventDefault(); $('#bulk-result').replaceChildren(); regain(); }
  });
  /* What was picked is decided: the picks have done their work. */
  document.addEventListener('htmx:beforeSwap', event => {
    if (event.detail.target?.id === 'bulk-result') { pickAll(false); $('#bulk-assemble')?.close(); }
  });

  paint();
  window.office.shelf = { current, link, move, stand, step, pick, pickAll, picks };
})();
