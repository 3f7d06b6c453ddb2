/* The second step: a code goes by itself at its last digit; a passkey's answer goes with the form that asked for it. */
(() => {
  'use strict';

  document.querySelectorAll('[data-code]').forEach(field => field.addEventListener('input', () => {
    if (new RegExp(`^\\d{${field.dataset.code}}$`).test(field.value.trim())) field.form.requestSubmit();
  }));

  const ask = { get: options => webauthnJSON.get(options), create: options => webauthnJSON.create(options) };
  document.querySelectorAll('form[data-passkey]').forEach(form => form.addEventListener('submit', async event => {
    const { credential } = form.elements;
    if (credential.value) return;
    event.preventDefault();
    const problem = form.querySelector('[data-passkey-problem]');
    problem.hidden = true;
    try {
      credential.value = JSON.stringify(await ask[form.dataset.passkey](JSON.parse(form.dataset.options)));
    } catch {
      problem.hidden = false;
      return;
    }
    form.submit();
  }));
})();
