/* Behaviour of every page: dialogs, theme, toasts, busy buttons, connection. No dependencies but htmx, and every
   page reads and acts without this file: links are links, forms are forms. */
(() => {
  'use strict';
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* Words come from the page, in the language of the person: «{minutes} мин» with its braces filled. */
  const say = (name, values = {}) =>
    ($('#words').getAttribute(`data-${name}`) || '').replace(/\{(\w+)\}/g, (_, key) => values[key]);

  /* The server paints theme and density from these cookies, so no page flashes in the wrong colours. */
  const YEAR = 31536000;
  const remember = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=${value ? YEAR : 0}; SameSite=Lax`;
  };
  const paintTheme = () => $$('[data-theme-set]').forEach(button =>
    button.setAttribute('aria-pressed', String(button.dataset.themeSet === (root.dataset.theme || 'auto'))));
  const setTheme = value => {
    if (value === 'auto') delete root.dataset.theme; else root.dataset.theme = value;
    remember('theme', value === 'auto' ? '' : value);
    paintTheme();
  };
  const toggleDensity = () => {
    const value = document.body.dataset.density === 'compact' ? '' : 'compact';
    document.body.dataset.density = value;
    remember('density', value);
  };

  /* Dialogs. A dialog that came from the server leaves its slot when it closes: what it polls stops with it. */
  const show = dialog => {
    if (dialog.hasAttribute('open') && !dialog.matches(':modal')) dialog.removeAttribute('open');
    if (!dialog.open) dialog.showModal();
  };
  document.addEventListener('close', event => {
    const slot = event.target.parentElement;
    if (slot?.matches('#dialog-slot, #drawer-slot')) slot.replaceChildren();
  }, true);
  document.addEventListener('htmx:load', event => {
    if (event.target.matches?.('dialog')) show(event.target);
  });
  document.addEventListener('htmx:oobBeforeSwap', event => {
    if ($('dialog[open]', event.detail.target)) event.preventDefault();
  });

  const press = {
    open(value, element, event) {
      const dialog = document.getElementById(value);
      if (!dialog) return;
      event.preventDefault();
      element.closest('details.menu')?.removeAttribute('open');
      show(dialog);
    },
    close(_, element, event) {
      const dialog = element.closest('dialog:modal');
      if (!dialog) return;
      event.preventDefault();
      dialog.close();
    },
    dismiss: (_, element) => element.closest('.toast').remove(),
    print: () => window.print(),
    themeSet: setTheme,
    densityToggle: toggleDensity,
    reveal(id, element) {
      const field = document.getElementById(id), shown = field.type === 'text';
      field.type = shown ? 'password' : 'text';
      element.setAttribute('aria-pressed', String(!shown));
    },
    copy: (value, element) => navigator.clipboard?.writeText(value).then(() =>
      toast({ level: 'ok', text: element.dataset.copied || say('copied', { number: value }) })),
  };
  document.addEventListener('click', event => {
    for (const [name, act] of Object.entries(press)) {
      const attribute = `data-${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
      const element = event.target.closest?.(`[${attribute}]`);
      if (element) act(element.dataset[name], element, event);
    }
    if (event.target.matches?.('dialog')) event.target.close();
    $$('details.menu[open]').forEach(menu => { if (!menu.contains(event.target)) menu.open = false; });
  });
  /* htmx would swallow «open in a new tab» on a link that it serves. */
  document.addEventListener('click', event => {
    if ((event.ctrlKey || event.metaKey || event.shiftKey) && event.target.closest?.('a[hx-get]')) event.stopPropagation();
  }, true);

  /* Toasts: from the header HX-Trigger {"toast": {"level", "text"}}; a danger waits for a hand. */
  const ICONS = { ok: 'circle-check', warn: 'circle-alert', danger: 'circle-alert' };
  const leave = (element, after) => setTimeout(() => element.remove(), after);
  const toast = ({ level = '', text }) => {
    const copy = $('#toast').content.firstElementChild.cloneNode(true);
    copy.className = `toast toast--${level}`;
    $('use', copy).setAttribute('href', `#i-${ICONS[level] || 'info'}`);
    $('.toast__title', copy).textContent = text;
    $('#toasts').append(copy);
    if (level !== 'danger') leave(copy, 6000);
  };
  document.addEventListener('toast', event => toast(event.detail));
  $$('.toast:not(.toast--danger)', $('#toasts')).forEach(element => leave(element, 6000));

  /* What no hand has asked for does not keep the session awake (staff/signin/lifetime.py). */
  document.addEventListener('htmx:configRequest', ({ detail }) => {
    if (detail.verb === 'get' && !detail.triggeringEvent?.isTrusted) detail.headers['Office-Unattended'] = '1';
  });

  /* A button waits for its answer; what was asked from inside a form belongs to the form's button. */
  const button = (event) => {
    const asker = event.detail.requestConfig?.triggeringEvent?.submitter || event.detail.elt;
    return asker?.matches?.('.btn') ? asker : null;
  };
  const busy = (event, on) => {
    const waiting = button(event);
    waiting?.classList.toggle('is-busy', on);
    if (on) waiting?.setAttribute('aria-busy', 'true'); else waiting?.removeAttribute('aria-busy');
  };
  document.addEventListener('htmx:beforeRequest', event => busy(event, true));
  document.addEventListener('htmx:afterRequest', event => busy(event, false));

  /* Presses on their way. Leaving the page would drop those that the browser has not sent yet, so it waits for them. */
  let pressed = 0, next = '';
  const go = url => {
    if (!url) return;
    if (pressed) next = url; else location.href = url;
  };
  const isPress = event => event.detail.requestConfig && event.detail.requestConfig.verb !== 'get';
  document.addEventListener('htmx:beforeRequest', event => { if (isPress(event)) pressed += 1; });
  document.addEventListener('htmx:afterRequest', event => {
    if (!isPress(event)) return;
    pressed -= 1;
    if (!pressed && next) location.href = next;
  });
  document.addEventListener('click', event => {
    const link = pressed && !event.defaultPrevented && event.target.closest?.('a[href]:not([hx-get], [target], [download])');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute('href').startsWith('#')) return;
    event.preventDefault();
    go(link.href);
  });

  /* Connection: what is on the screen stays, with a line that says it may have changed. */
  const online = on => { const line = $('#offline'); if (line) line.hidden = on; };
  document.addEventListener('htmx:sendError', () => online(false));
  document.addEventListener('htmx:timeout', () => online(false));
  document.addEventListener('htmx:afterOnLoad', () => online(true));
  document.addEventListener('htmx:responseError', event => {
    const { xhr, requestConfig } = event.detail;
    if (requestConfig.verb === 'get' && xhr.status >= 500) { online(false); return; }
    if (xhr.responseText.includes('hx-swap-oob')) return;   // the refusal brought its own words
    toast({ level: 'danger', text: say(`refused-${xhr.status}`) || say('failed') });
  });

  document.querySelectorAll('dialog[open][data-modal]').forEach(show);
  paintTheme();
  window.office = { $, $$, go, say, show, toast };
})();
