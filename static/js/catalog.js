/* Goods under the hands: numbers written in their place, and the bar of what is picked. Without this file every cell is
   a form that Enter sends, and the bar always stands. */
(() => {
  'use strict';
  const { $, $$ } = window.office;
  const INPUT = '.cell-edit__input';

  /* ↑ and ↓ go to the same cell of the neighbouring row, past rows that have none; Esc puts back what stands. */
  const column = input => input.closest('td')?.cellIndex;
  const neighbour = (input, step) => {
    const rows = $$('.offer-row'), at = rows.indexOf(input.closest('.offer-row')), nth = column(input);
    if (at < 0 || input.closest('.cell-menu')) return null;
    for (let next = at + step; rows[next]; next += step) {
      const found = rows[next].cells[nth] && $(INPUT, rows[next].cells[nth]);
      if (found && !found.closest('.cell-menu')) return found;
    }
    return null;
  };
  const restore = input => {
    input.value = input.dataset.stands;
    const cell = input.closest('.cell-edit');
    cell.classList.remove('cell-edit--error');
    input.removeAttribute('aria-invalid');
    $('.cell-edit__pop', cell)?.remove();
  };
  document.addEventListener('keydown', event => {
    if (!event.target.matches?.(INPUT) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') { event.preventDefault(); restore(event.target); event.target.select(); }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && neighbour(event.target, step);
    if (next) { event.preventDefault(); next.focus(); }
  });
  document.addEventListener('focusin', event => { if (event.target.matches?.(INPUT)) event.target.select(); });
  /* What stands is not sent again: Enter over an unchanged number is no press. */
  document.addEventListener('htmx:confirm', event => {
    const { elt, triggeringEvent } = event.detail;
    const input = elt.matches?.('.cell-edit') && $(INPUT, elt);
    const insists = triggeringEvent?.submitter?.name === 'confirmed';
    if (input && !insists && input.value === input.dataset.stands) event.preventDefault();
  });

  /* Picks and their bar. */
  const boxes = () => $$('.offer-row .check');
  const paint = () => {
    const bar = $('#many'), on = boxes().filter(box => box.checked), all = $('[data-pick-offers]');
    boxes().forEach(box => box.closest('tr').classList.toggle('is-selected', box.checked));
    if (bar) { bar.hidden = !on.length; $('[data-many="count"]', bar).textContent = on.length; }
    if (all) { all.checked = on.length > 0 && on.length === boxes().length; all.indeterminate = on.length > 0 && !all.checked; }
  };
  document.addEventListener('change', event => {
    if (event.target.matches('[data-pick-offers]')) boxes().forEach(box => { box.checked = event.target.checked; });
    if (event.target.matches('[data-pick-offers], .offer-row .check')) paint();
  });
  paint();
})();
