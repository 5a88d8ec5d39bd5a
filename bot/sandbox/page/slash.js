// @ts-check
// Discord's slash commands: names are suggested while typing, options become typed fields. Built from the registration payload.

import { el } from './dom.js';

const [SUB, STRING, INTEGER, BOOLEAN, USER, NUMBER] = [1, 3, 4, 5, 6, 10];

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
    return this.commands.flatMap(command => {
      const subs = (command.options ?? []).filter(option => option.type === SUB);
      return subs.length ? subs.map(sub => ({ path: `${command.name} ${sub.name}`, about: sub.description, options: sub.options ?? [] }))
        : [{ path: command.name, about: command.description, options: command.options ?? [] }];
    });
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
    this.fields = one.options.map((option, index) => field(option, this.names(), index + 1 === one.options.length ? words.splice(0).join(' ') : words.shift() ?? ''));
    this.form.replaceChildren(el('span', { className: 'chip' }, `/${one.path}`), ...this.fields.map(({ label }) => label),
      el('span', { className: 'acts' }, el('button', { type: 'button', className: 'quiet', on: { click: () => this.close() } }, 'Cancel'), el('button', { type: 'submit', className: 'send' }, 'Send')));
    this.hush();
    this.pane.box.value = '';
    this.shown(true);
    (this.fields[0]?.input ?? this.form.querySelector('.send')).focus();
  }

  names() { return this.pane.people.map(one => one.name); }

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
    const options = {};
    for (const { option, input } of this.fields) {
      const value = read(option, input);
      if (value !== undefined) options[option.name] = value;
    }
    const body = { command: this.chosen.path, options, private: this.pane.private.checked };
    this.close();
    await this.pane.act('slash', body);
  }
}

function field(option, names, value) {
  const input = widget(option, names);
  input.name = option.name;
  input.required = option.required ?? false;
  input.title = option.description;
  if (value) input.value = value.replace(/^@/, '');
  return { option, input, label: el('label', {}, el('span', {}, option.name, option.required && el('i', { aria: { hidden: 'true' } }, ' *')), input) };
}

function widget(option, names) {
  const choices = option.choices ?? (option.type === USER ? names.map(name => ({ name, value: name })) : option.type === BOOLEAN ? [{ name: 'True', value: 'true' }, { name: 'False', value: 'false' }] : null);
  if (choices) return el('select', {}, el('option', { value: '' }, '–'), ...choices.map(each => el('option', { value: String(each.value) }, each.name)));
  if (option.type === STRING) return el('input', { autocomplete: 'off', ...(option.max_length ? { maxLength: option.max_length } : {}) });
  return el('input', { type: 'number', step: option.type === NUMBER ? 'any' : '1', min: option.min_value ?? '', max: option.max_value ?? '' });
}

function read(option, input) {
  if (input.value === '') return undefined;
  if (option.type === INTEGER || option.type === NUMBER) return Number(input.value);
  return option.type === BOOLEAN ? input.value === 'true' : input.value;
}
