// @ts-check
// One platform: its messages, drawn by the platform's reader, and the line to type.

import { el } from './dom.js';
import { act } from './net.js';
import { SlashForm } from './slash.js';
import * as discord from './discord.js';
import * as telegram from './telegram.js';
import * as twitch from './twitch.js';

const PLATFORMS = { discord, twitch, telegram };
const NAMES = { discord: 'Discord', twitch: 'Twitch', telegram: 'Telegram' };
const PRIVATE = { discord: 'Direct message', twitch: 'Whisper', telegram: 'Private chat' };

export class Pane {
  /** @param {string} platform @param {any} world @param {{me: string}} state @param {(item: any) => void} inspect */
  constructor(platform, world, state, inspect) {
    this.platform = platform;
    this.state = state;
    this.inspect = inspect;
    this.people = world.people;
    this.room = this.makeRoom(world);
    this.kind = PLATFORMS[platform];
    this.reader = new this.kind.Reader(this.room);
    this.drawn = new Map();
    this.before = [];
    this.element = this.build();
  }

  makeRoom(world) {
    const here = world.platforms[this.platform];
    const byId = new Map(this.people.map(one => [one.ids[this.platform], one.name]));
    return { channel: here.channels[0], bot: here.bot, me: () => this.id(this.state.me), name: id => id === here.bot ? 'Soulfra' : byId.get(id) ?? 'unknown' };
  }

  id(name) { return this.people.find(one => one.name === name).ids[this.platform]; }

  build() {
    const name = NAMES[this.platform], label = `Message on ${name}`;
    this.log = el('div', { className: 'log', role: 'log', tabIndex: 0, aria: { live: 'polite', label: `${name} messages` } });
    this.empty = el('p', { className: 'empty' }, 'Nothing was said here yet. Try one of the lines below.');
    this.box = el('input', { name: 'text', autocomplete: 'off', spellcheck: false, aria: { label }, on: { keydown: event => this.key(event) } });
    this.private = el('input', { type: 'checkbox', on: { change: () => this.placeholder() } });
    this.trouble = el('p', { className: 'trouble', role: 'alert' });
    this.line = el('form', { className: 'line-form', on: { submit: event => { event.preventDefault(); this.say(); } } }, this.box, el('button', { className: 'send', type: 'submit' }, 'Send'));
    this.slash = this.platform === 'discord' ? new SlashForm(this) : null;
    const composer = el('div', { className: 'composer' }, this.hints(), this.slash?.suggestions, this.slash?.form, this.line, this.trouble);
    this.log.append(this.empty);
    this.placeholder();
    return el('section', { className: `pane ${this.platform}`, id: `pane-${this.platform}`, aria: { label: name } },
      el('header', {}, el('h2', {}, el('span', { className: 'brand' }, name), ' ', el('span', { className: 'place' }, this.kind.title(this.room))),
        el('label', { className: 'switch' }, this.private, el('span', { className: 'knob', aria: { hidden: 'true' } }), 'in private')),
      this.log, composer);
  }

  hints() {
    return el('p', { className: 'hints', aria: { label: 'Try this' }, role: 'group' }, el('span', {}, 'Try'),
      ...this.kind.hints.map(([text, secret = false]) => el('button', { type: 'button', title: secret ? 'in private' : '', on: { click: () => this.fill(text, secret) } }, text)));
  }

  fill(text, secret) {
    this.private.checked = secret;
    this.placeholder();
    if (this.slash?.open(text)) return;
    this.slash?.close();
    this.box.value = text;
    this.box.focus();
  }

  placeholder() {
    this.box.placeholder = this.private.checked ? `${PRIVATE[this.platform]} to Soulfra` : `Message ${this.kind.title(this.room)}`;
  }

  key(event) {
    if (this.slash?.key(event)) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || this.before.length === 0) return;
    event.preventDefault();
    this.at = Math.max(0, Math.min(this.before.length, (this.at ?? this.before.length) + step));
    this.box.value = this.before[this.at] ?? '';
  }

  async say() {
    const text = this.box.value;
    if (!text.trim()) return;
    this.before.push(text);
    this.at = this.before.length;
    this.box.value = '';
    if (!await this.act('say', { text, private: this.private.checked })) this.box.value ||= text;
  }

  press(message, button) { return this.act('press', { message, button }); }

  /** @returns {Promise<boolean>} */
  async act(verb, body) {
    this.trouble.textContent = '';
    try {
      await act(`/${this.platform}/${verb}`, { user: this.state.me, ...body });
      return true;
    } catch (error) {
      this.trouble.textContent = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  /** @param {any[]} wires */
  take(wires) {
    const low = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
    for (const wire of wires) for (const item of this.read(wire)) this.show(item);
    this.slash?.learn(this.reader.commands);
    this.settle(low);
  }

  /** Whatever went over the wire, odd updates too: what cannot be drawn is still in the wire log. */
  read(wire) {
    try { return this.reader.take(wire); } catch { return []; }
  }

  show(item) {
    const article = el('article', { data: { key: item.key } }, this.reader.draw(item, (message, button) => this.press(message, button)), this.raw(item));
    article.hidden = item.gone || (item.to !== null && item.to !== this.room.me() && item.to !== this.state.me);
    const old = this.drawn.get(item.key);
    if (old) old.replaceWith(article); else this.log.append(article);
    this.drawn.set(item.key, article);
  }

  raw(item) {
    return el('button', { type: 'button', className: 'raw', title: 'What went over the wire', aria: { label: 'Raw payload' }, on: { click: () => this.inspect(item) } }, '{ }');
  }

  /** Somebody else looks: private messages of others disappear, bubbles change sides. */
  looks() {
    for (const item of this.reader.items.values()) this.show(item);
    this.slash?.people();
    this.settle(true);
  }

  settle(low) {
    this.empty.hidden = [...this.drawn.values()].some(article => !article.hidden);
    if (low) this.log.scrollTop = this.log.scrollHeight;
  }
}
