/* Countdowns. They start from the seconds that the server counted (data-left) and run on the monotonic clock of the
   page: the clock of the shop's computer may be wrong, and is never asked what time it is. */
(() => {
  'use strict';
  const { $, $$, say } = window.office;
  const MINUTE = 60, HOUR = 3600, DAY = 86400, CLOCK_BELOW = 15 * MINUTE;
  const ends = new WeakMap();
  const two = number => String(number).padStart(2, '0');

  /* The same words as staff.formats.time_left. */
  const words = seconds => {
    if (seconds <= 0) return say('overdue');
    if (seconds < CLOCK_BELOW) return `${two(Math.floor(seconds / MINUTE))}:${two(seconds % MINUTE)}`;
    if (seconds < HOUR) return say('minutes', { minutes: Math.floor(seconds / MINUTE) });
    return say('hours', { hours: Math.floor(seconds / HOUR), minutes: two(Math.floor(seconds % HOUR / MINUTE)) });
  };

  const begin = node => {
    const left = Number(node.dataset.left);
    const ring = $('circle:last-child', node);
    const clock = { left, end: performance.now() + left * 1000, ring, share: parseInt(ring?.getAttribute('stroke-dasharray') || '0', 10) };
    ends.set(node, clock);
    return clock;
  };

  /* A chip that crosses a level says so once, in a live region; each second of it would be noise. */
  const level = (seconds, { urgent, soon }) =>
    seconds <= 0 ? 'over' : seconds < Number(urgent) ? 'urgent' : seconds < Number(soon) ? 'soon' : '';
  const relevel = (chip, seconds) => {
    const bounds = chip.closest('[data-soon]')?.dataset;
    if (!bounds || !Number(bounds.soon)) return;
    const now = level(seconds, bounds), name = `deadline--${now}`;
    if (!now || chip.classList.contains(name)) return;
    chip.classList.remove('deadline--soon', 'deadline--urgent');
    chip.classList.add(name);
    const row = chip.closest('tr');
    row?.classList.toggle('order-row--urgent', now !== 'soon');
    $('#announce').textContent = say(`level-${now}`, { code: row?.id.replace('order-', '') || '' });
  };

  const tick = () => $$('[data-left]').forEach(node => {
    const clock = ends.get(node) || begin(node);
    const seconds = Math.max(0, Math.round((clock.end - performance.now()) / 1000));
    if (seconds >= DAY) return;
    const text = $('.deadline__text', node) || node;
    const said = words(seconds);
    if (text.textContent !== said) text.textContent = said;
    clock.ring?.setAttribute('stroke-dasharray', `${Math.round(clock.share * seconds / (clock.left || 1))} 100`);
    if (node.matches('.deadline')) relevel(node, seconds);
  });
  setInterval(tick, 1000);

  /* Seconds left to take a press back. When they are over the button goes: the press has left. */
  const undos = () => $$('[data-undo]').forEach(button => {
    button.dataset.undoEnd ??= performance.now() + Number(button.dataset.undo);
    const seconds = Math.ceil((Number(button.dataset.undoEnd) - performance.now()) / 1000);
    button.hidden = seconds <= 0;
    $('[data-undo-left]', button).textContent = Math.max(seconds, 0);
  });
  setInterval(undos, 1000);
  document.addEventListener('htmx:load', undos);

  /* The monotonic clock stands still while the computer sleeps: after a pause the server is asked again. */
  let seen = Date.now();
  setInterval(() => {
    if (Date.now() - seen > 60_000) document.dispatchEvent(new CustomEvent('woke'));
    seen = Date.now();
  }, 5000);
})();
