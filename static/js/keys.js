/* One key for each thing that is done on a shelf and on the page of an order. Read by physical place (event.code), so
   that the layout of the keyboard does not matter; letters inside fields and dialogs stay letters. */
(() => {
  'use strict';
  const { $, $$, go, show } = window.office;
  const { current, link, move, stand, step, pick, pickAll, picks } = window.office.shelf;
  const drawer = () => $('dialog.drawer:modal');
  const picking = () => picks().some(box => box.checked);

  /* What may be done stands as a button on the row, in the drawer or on the page. What a row has no room for is asked at
     its address: the server shows the question, or says why not. */
  const act = kind => {
    const place = drawer() || current() || $('#order');
    const button = place && $(`[data-act="${kind}"]`, place);
    if (button) button.click();
    return Boolean(button);
  };
  const ask = kind => {
    if (act(kind) || drawer() || !link()) return;
    window.htmx.ajax('GET', `${link().getAttribute('href')}${kind}/`, { target: '#dialog-slot', swap: 'innerHTML' });
  };
  const many = (button, alone) => { if (picking()) $(button)?.click(); else alone(); };

  /* The latest press is taken back first. */
  const undo = () => {
    const open = $$('[data-undo]').filter(button => !button.hidden);
    open.sort((one, other) => Number(other.dataset.undoEnd || 0) - Number(one.dataset.undoEnd || 0))[0]?.click();
  };
  const page = by => go($(`[data-page="${by > 0 ? 'next' : 'prev'}"]`)?.href);
  const walk = by => event => {
    if (drawer()) step(by);
    else if ($('#order')) page(by);
    else if (!move(by) && !event.repeat) page(by);
  };
  const aside = by => () => { if ($('#order')) page(by); };
  const nth = number => $$('#shelf-tabs .tabs__item, #nav-counts .nav__item--sub')[number - 1]?.click();

  /* Out of the search and back to the rows. */
  const outOf = event => {
    if (!event.target.matches('[data-search]') || !['Escape', 'ArrowDown'].includes(event.code) || $('dialog:modal')) return;
    event.target.blur();
    stand();
  };

  let led = false;
  const lead = { KeyK: '/quality/', KeyT: '/catalog/', KeyZ: '/orders/new/' };
  const keys = {
    KeyJ: walk(1), KeyK: walk(-1), ArrowRight: aside(1), ArrowLeft: aside(-1),
    Enter: () => link()?.click(), KeyO: () => go(link()?.href),
    KeyA: () => many('[data-bulk-accept]', () => act('accept')), KeyP: () => many('[data-bulk-pack]', () => ask('assemble')),
    KeyC: () => ask('cancel'), KeyH: () => ask('complete'), KeyS: () => ask('cell'), KeyW: () => act('waybill'), KeyZ: undo,
    KeyX: event => pick(event.shiftKey), KeyN: () => $('a.live-pill')?.click(),
    KeyY: () => $('[data-copy]', drawer() || $('#order') || document.body)?.click(),
    KeyG: () => { led = true; }, Escape: () => pickAll(false),
  };
  /* These may be held down. */
  const REPEATS = ['KeyJ', 'KeyK'];
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
    const { target } = event;
    const typing = target.matches('input:not(.check, .radio), textarea, select');
    const own = event.code === 'Enter' && !target.matches('body, .order-row');
    if (typing) outOf(event);
    if (event.altKey || typing || own || $('dialog[open]:not(.drawer)')) return;
    if (event.code === 'Escape' && $('dialog[open]')) return;
    if (event.repeat && !REPEATS.includes(event.code)) return;
    const jump = led && lead[event.code];
    led = false;
    const todo = jump ? () => go(jump) : named(event);
    if (!todo) return;
    if (!event.code.startsWith('Arrow')) event.preventDefault();
    todo(event);
  });
})();
