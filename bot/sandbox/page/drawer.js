// @ts-check
// The raw payloads: of one message, or of everything.

import { el } from './dom.js';

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('drawer'));
const list = /** @type {HTMLElement} */ (document.getElementById('drawer-list'));
const about = /** @type {HTMLElement} */ (document.getElementById('drawer-about'));
const title = /** @type {HTMLElement} */ (document.getElementById('drawer-title'));
const SHOWN = 300;

document.getElementById('close-wire')?.addEventListener('click', () => dialog.close());
dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });

/** @param {string} heading @param {any[]} wires @param {boolean} open */
export function inspect(heading, wires, open) {
  title.textContent = heading;
  about.textContent = wires.length > SHOWN ? `The newest ${SHOWN} of ${wires.length}.` : wires.length ? '' : 'Nothing was recorded yet.';
  list.replaceChildren(...wires.slice(-SHOWN).map(wire => entry(wire, open)));
  dialog.showModal();
  list.scrollTop = open ? 0 : list.scrollHeight;
}

function entry(wire, open) {
  const way = wire.direction === 'in' ? 'to the bot' : 'by the bot', failed = wire.status >= 400;
  const made = el('details', { open, className: wire.direction },
    el('summary', {}, el('span', { className: 'way', role: 'img', aria: { label: way }, title: way }, wire.direction === 'in' ? '→' : '←'),
      el('span', { className: `dot ${wire.platform}` }), el('code', {}, wire.name), wire.status && el('span', { className: failed ? 'status bad' : 'status' }, wire.status), el('time', {}, new Date(wire.at * 1000).toLocaleTimeString())));
  const fill = () => {
    if (!made.open || made.querySelector('pre')) return;
    made.append(el('pre', { tabIndex: 0, aria: { label: 'Payload' } }, pretty(wire.payload)));
    if (wire.answer !== null) made.append(el('h3', {}, 'Answer'), el('pre', { tabIndex: 0, aria: { label: 'Answer' } }, pretty(wire.answer)));
  };
  made.addEventListener('toggle', fill);
  fill();
  return made;
}

const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;

/** Indented JSON, its keys, texts and numbers told apart by colour. */
function pretty(value) {
  const text = JSON.stringify(value, null, 2) ?? '', out = document.createDocumentFragment();
  let at = 0;
  for (const found of text.matchAll(TOKENS)) {
    const [all, quoted, colon] = found;
    out.append(text.slice(at, found.index), el('span', { className: colon ? 'k' : quoted ? 's' : 'n' }, quoted ?? all), colon ?? '');
    at = found.index + all.length;
  }
  out.append(text.slice(at));
  return out;
}
