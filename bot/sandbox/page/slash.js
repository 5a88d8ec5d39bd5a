// @ts-check
// Discord's slash commands: names are suggested while typing, options become typed fields. Built from the registration payload.

import { given } from './composer.js';
import { el } from './dom.js';

const [SUB, GROUP, STRING, INTEGER, BOOLEAN, NUMBER, FILE] = [1, 2, 3, 4, 5, 10, 11];
const SELECTS = { 6: 5, 7: 8, 8: 6, 9: 7 }; // which select offers what an option of this type takes
const TYPING = 150; // milliseconds without a key before the bot is asked

export class SlashForm {
  /** @param {any} pane */
  constructor(pane) {
    this.pane = pane;
    this.commands = [];
    this.at = 0;
    this.suggestions = el('ul', { className: 'suggestions', id: 'slash-names', role: 'listbox', hidden: true, aria: { label: 'Slash commands' } });
    this.form = el('form', { className: 'slash-form', hidden: true, aria: { label: 'Slash command' }, on: { submit: event => { event.preventDefault(); this.send(); }, keydown: event => event.key === 'Escape' && this.close() } });
    const { box } = pane;
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'slash-names', 'aria-autocomplete': 'list' })) box.setAttribute(name, value);
    box.addEventListener('input', () => { this.at = 0; this.suggest(); });
    box.addEventListener('blur', () => this.hush());
  }

  /** Every command by its path, groups spread out. */
  paths() {
    const spread = (node, path) => {
      const subs = (node.options ?? []).filter(option => option.type === SUB || option.type === GROUP);
      return subs.length ? subs.flatMap(sub => spread(sub, `${path} ${sub.name}`)) : [{ path, about: node.description, options: node.options ?? [] }];
    };
    return this.commands.filter(command => (command.type ?? 1) === 1).flatMap(command => spread(command, command.name));
  }

  /** New commands; somebody may be typing already. */
  learn(commands) {
    if (commands === this.commands) return;
    this.commands = commands;
    if (document.activeElement === this.pane.box) this.suggest();
  }

  found() {
    const typed = this.pane.box.value;
    if (!typed.startsWith('/')) return [];
    const word = typed.slice(1).toLowerCase();
    return this.paths().filter(({ path }) => path.startsWith(word) || word.startsWith(`${path} `));
  }

  suggest() {
    const found = this.found();
    this.suggestions.replaceChildren(...found.map((one, index) => el('li', {
      id: `slash-${index}`, role: 'option', aria: { selected: index === this.at }, on: { mousedown: event => { event.preventDefault(); this.choose(one); } },
    }, el('b', {}, `/${one.path}`), el('span', {}, one.about))));
    this.suggestions.hidden = found.length === 0;
    this.pane.box.setAttribute('aria-expanded', String(found.length > 0));
    if (found.length) this.pane.box.setAttribute('aria-activedescendant', `slash-${this.at}`); else this.pane.box.removeAttribute('aria-activedescendant');
    this.suggestions.children[this.at]?.scrollIntoView({ block: 'nearest' });
  }

  hush() {
    this.suggestions.hidden = true;
    this.pane.box.setAttribute('aria-expanded', 'false');
    this.pane.box.removeAttribute('aria-activedescendant');
  }

  /** @returns {boolean} whether the key was for the suggestions */
  key(event) {
    const found = this.suggestions.hidden ? [] : this.found();
    if (!found.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.at = (this.at + step + found.length) % found.length;
    else if (event.key === 'Escape') { this.hush(); return true; }
    else if (event.key !== 'Enter' && event.key !== 'Tab' || event.shiftKey) return false;
    event.preventDefault();
    if (step) this.suggest(); else this.choose(found[this.at]);
    return true;
  }

  /** Open the form of the command that the text names. @returns {boolean} */
  open(text) {
    const one = text.startsWith('/') && this.paths().find(({ path }) => path === text.slice(1));
    if (one) this.choose(one);
    return Boolean(one);
  }

  choose(one) {
    const words = this.pane.box.value.slice(one.path.length + 2).trim().split(/\s+/).filter(Boolean);
    this.chosen = one;
    this.fields = one.options.map((option, index) => this.field(option, index + 1 === one.options.length ? words.splice(0).join(' ') : words.shift() ?? ''));
    this.form.replaceChildren(el('span', { className: 'chip' }, `/${one.path}`), ...this.fields.map(({ label }) => label),
      el('span', { className: 'acts' }, el('button', { type: 'button', className: 'quiet', on: { click: () => this.close() } }, 'Cancel'), el('button', { type: 'submit', className: 'send' }, 'Send')));
    this.hush();
    this.pane.box.value = '';
    this.shown(true);
    (this.fields[0]?.input ?? this.form.querySelector('.send')).focus();
  }

  field(option, value) {
    const made = field(option, this.pane.room, value);
    if (option.autocomplete) made.label.append(this.completion(option, made.input));
    return made;
  }

  /** What the bot suggests while somebody types. */
  completion(option, input) {
    const list = el('datalist', { id: `suggested-${option.name}` });
    let waiting = 0;
    const ask = async () => {
      const options = await this.values();
      if (input.value === '') options[option.name] = '';
      const told = await this.pane.act('autocomplete', { command: this.chosen.path, options, focus: option.name, private: this.pane.private.checked });
      const choices = told && told.replies.find(each => each.payload?.type === 8)?.payload.data.choices;
      if (choices) list.replaceChildren(...choices.map(each => el('option', { value: String(each.value) }, each.name)));
    };
    input.setAttribute('list', list.id);
    input.addEventListener('focus', ask, { once: true });
    input.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(ask, TYPING); });
    return list;
  }

  async values() {
    const options = {};
    for (const { option, input } of this.fields) {
      const value = await read(option, input);
      if (value !== undefined) options[option.name] = value;
    }
    return options;
  }

  people() { if (!this.form.hidden) this.close(); }

  shown(open) {
    this.form.hidden = !open;
    this.pane.line.hidden = open;
  }

  close() {
    if (this.form.hidden) return;
    this.shown(false);
    this.pane.box.focus();
  }

  async send() {
    const body = { command: this.chosen.path, options: await this.values(), private: this.pane.private.checked };
    this.close();
    await this.pane.act('slash', body);
  }
}

function field(option, room, value) {
  const input = widget(option, room);
  input.name = option.name;
  input.required = option.required ?? false;
  input.title = option.description;
  if (value && option.type !== FILE) input.value = value.replace(/^@/, '');
  return { option, input, label: el('label', {}, el('span', {}, option.name, option.required && el('i', { aria: { hidden: 'true' } }, ' *')), input) };
}

function widget(option, room) {
  if (option.type === FILE) return el('input', { type: 'file' });
  const choices = option.choices ?? (SELECTS[option.type] ? room.offered(SELECTS[option.type]).map(name => ({ name, value: name })) : option.type === BOOLEAN ? [{ name: 'True', value: 'true' }, { name: 'False', value: 'false' }] : null);
  if (choices) return el('select', {}, el('option', { value: '' }, '–'), ...choices.map(each => el('option', { value: String(each.value) }, each.name)));
  if (option.type === STRING) return el('input', { autocomplete: 'off', ...(option.max_length ? { maxLength: option.max_length } : {}) });
  return el('input', { type: 'number', step: option.type === NUMBER ? 'any' : '1', min: option.min_value ?? '', max: option.max_value ?? '' });
}

async function read(option, input) {
  if (input.value === '') return undefined;
  if (option.type === FILE) return given(input.files[0]);
  if (option.type === INTEGER || option.type === NUMBER) return Number(input.value);
  return option.type === BOOLEAN ? input.value === 'true' : input.value;
}
