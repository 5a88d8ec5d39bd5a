// @ts-check
// What belongs to the line that is being typed: an answer to a message, files; and the row of things that can happen.

import { el } from './dom.js';

const REACTIONS = ['👍', '❤', '🎉'];

/** What the line answers, and the files that go with it. */
export class Extras {
  /** @param {{box: any, platform: string}} pane */
  constructor(pane) {
    this.pane = pane;
    this.files = el('input', { type: 'file', multiple: true, hidden: true, aria: { label: 'Files' }, on: { change: () => this.show() } });
    this.pick = el('button', { type: 'button', className: 'clip', title: 'Add files', aria: { label: 'Add files' }, on: { click: () => this.files.click() } }, '+');
    this.note = el('p', { className: 'extras', hidden: true });
    this.to = null;
  }

  /** The message that the next line answers. @param {{id: string, name: string} | null} to */
  reply(to) {
    this.to = to;
    this.show();
    if (to) this.pane.box.focus();
  }

  show() {
    const names = [...this.files.files ?? []].map(file => file.name);
    this.note.hidden = !this.to && names.length === 0;
    this.note.replaceChildren(...[this.to && `↩ Replying to ${this.to.name}`, names.length && `${names.join(', ')}`].filter(Boolean).map(words => el('span', {}, words)), el('button', { type: 'button', className: 'quiet', on: { click: () => this.clear() } }, 'Remove'));
  }

  clear() {
    this.to = null;
    this.files.value = '';
    this.show();
  }

  /** As the verb `say` takes them. */
  async body() {
    const files = await Promise.all([...this.files.files ?? []].map(given));
    return { ...(this.to ? { reply_to: this.to.id } : {}), ...(files.length ? { files } : {}) };
  }
}

/** A file as the control API takes it. @param {File} file */
export async function given(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { name: file.name, data: btoa(text), type: file.type || 'application/octet-stream' };
}

/** The small menu of a message: an answer, reactions, the entries that the bot registered. @param {any} item @param {any} acts @param {any[]} entries @param {boolean} emoji */
export function more(item, acts, entries, emoji) {
  const made = el('details', { className: 'more' }, el('summary', { title: 'What can be done with it', aria: { label: 'Message menu' } }, '⋯'), el('div', { className: 'offered' },
    option('Reply', () => acts.reply()),
    emoji && el('span', { className: 'quick' }, ...REACTIONS.map(each => el('button', { type: 'button', title: 'React', on: { click: () => acts.react(each) } }, each))),
    ...entries.map(({ label, command, target }) => option(label, () => acts.menu(command, target)))));
  made.addEventListener('toggle', () => { if (made.open) made.lastElementChild.scrollIntoView({ block: 'nearest' }); });
  made.addEventListener('click', event => { if (event.target.closest('button')) made.open = false; });
  made.addEventListener('keydown', event => { if (event.key === 'Escape') made.open = false; });
  made.addEventListener('focusout', event => { if (event.relatedTarget && !made.contains(event.relatedTarget)) made.open = false; });
  return made;
}

const option = (label, click) => el('button', { type: 'button', className: 'option', on: { click } }, label);

/** The row of what can happen in a room. @param {any} pane @param {any[]} events */
export function happenings(pane, events) {
  const form = redemption(pane);
  const open = event => {
    form.hidden = !form.hidden;
    event.currentTarget.setAttribute('aria-expanded', String(!form.hidden));
    if (!form.hidden) form.elements[0].focus();
  };
  const row = el('p', { className: 'hints happenings', role: 'group', aria: { label: 'Events' } }, el('span', {}, 'Events'), ...events.map(([verb, label, body = {}]) => verb === 'redeem'
    ? el('button', { type: 'button', aria: { expanded: false }, on: { click: open } }, label)
    : el('button', { type: 'button', on: { click: () => pane.act(verb, body) } }, label)));
  return events.some(([verb]) => verb === 'redeem') ? [row, form] : [row];
}

function redemption(pane) {
  const reward = el('input', { required: true, maxLength: 45, placeholder: 'Reward', aria: { label: 'Reward' } }), text = el('input', { placeholder: 'Words', aria: { label: 'Words' } });
  return el('form', { className: 'redeem-form', hidden: true, aria: { label: 'Redeem' }, on: { submit: event => { event.preventDefault(); pane.redeem(reward.value, text.value); } } }, reward, text, el('button', { type: 'submit', className: 'send' }, 'Redeem'));
}
