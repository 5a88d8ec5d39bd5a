// @ts-check
// One platform: its messages, drawn by the platform's reader, and the line to type.

import { el } from './dom.js';
import { Extras, happenings, more } from './composer.js';
import { open } from './modal.js';
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
    const roles = here.roles ?? [], people = this.people.map(one => one.name), rooms = here.channels.map(one => one.name);
    return {
      channel: here.channels[0], bot: here.bot, me: () => this.id(this.state.me),
      name: id => id === here.bot ? 'Soulfra' : byId.get(id) ?? 'unknown',
      role: id => roles.find(one => one.id === id)?.name ?? 'unknown',
      place: id => here.channels.find(one => one.id === id)?.name ?? 'unknown',
      // what a select of Discord offers by its type: people, roles, both, channels
      offered: type => ({ 5: people, 6: roles.map(one => one.name), 7: [...people, ...roles.map(one => one.name)], 8: rooms })[type] ?? [],
    };
  }

  id(name) { return this.people.find(one => one.name === name).ids[this.platform]; }

  build() {
    const name = NAMES[this.platform], label = `Message on ${name}`;
    this.log = el('div', { className: 'log', role: 'log', tabIndex: 0, aria: { live: 'polite', label: `${name} messages` } });
    this.empty = el('p', { className: 'empty' }, 'Nothing was said here yet. Try one of the lines below.');
    this.box = el('input', { name: 'text', autocomplete: 'off', spellcheck: false, aria: { label }, on: { keydown: event => this.key(event) } });
    this.private = el('input', { type: 'checkbox', on: { change: () => this.placeholder() } });
    this.trouble = el('p', { className: 'trouble', role: 'alert' });
    this.extras = new Extras(this);
    const files = this.platform !== 'twitch' && [this.extras.files, this.extras.pick];
    this.line = el('form', { className: 'line-form', on: { submit: event => { event.preventDefault(); this.say(); } } }, ...files || [], this.box, el('button', { className: 'send', type: 'submit' }, 'Send'));
    this.slash = this.platform === 'discord' ? new SlashForm(this) : null;
    const composer = el('div', { className: 'composer' }, this.hints(), ...happenings(this, this.kind.events), this.slash?.suggestions, this.slash?.form, this.extras.note, this.line, this.trouble);
    this.log.append(this.empty);
    this.log.addEventListener('load', () => this.settle(this.low), true); // a picture has its height only now
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
    const more = await this.extras.body(), inline = this.platform === 'telegram' && /^@\w*bot(?: |$)(.*)/i.exec(text);
    if (!text.trim() && !more.files) return;
    this.before.push(text);
    this.at = this.before.length;
    this.box.value = '';
    const done = inline ? this.act('inline', { query: inline[1] }) : this.act('say', { text, private: this.private.checked, ...more });
    this.extras.clear();
    if (!await done) this.box.value ||= text;
  }

  /** What can be done with a message. */
  acts(item) {
    const message = String(item.id ?? item.key);
    return {
      press: button => this.act('press', { message, button }),
      pick: (values, select) => this.act('pick', { message, values, select }),
      react: emoji => this.act('react', { message, emoji }),
      menu: (command, target) => this.act('menu', { command, target }),
      reply: () => this.extras.reply({ id: message, name: item.bot ? 'Soulfra' : item.name ?? this.room.name(String(item.who.id)) }),
      fill: modal => this.fillIn(modal),
    };
  }

  fillIn(modal) {
    if (document.querySelector('dialog.modal')) return;
    open(modal, this.room, async values => await this.act('submit', { values, modal: modal.custom_id }) ? '' : this.trouble.textContent ?? '');
  }

  /** A reward that is not there yet is made first, as the streamer would. */
  async redeem(reward, text) {
    const there = await act('/twitch/reward', { title: reward }).then(() => true, error => this.told(error));
    if (there) await this.act('redeem', { reward, text });
  }

  told(error) {
    this.trouble.textContent = error instanceof Error ? error.message : String(error);
    return false;
  }

  /** @returns {Promise<any>} what the sandbox tells of it; false when it was refused */
  async act(verb, body) {
    this.trouble.textContent = '';
    const nobody = verb === 'live' || verb === 'offline';
    try {
      return await act(`/${this.platform}/${verb}`, nobody ? body : { user: this.state.me, ...body });
    } catch (error) {
      return this.told(error);
    }
  }

  /** @param {any[]} wires */
  take(wires) {
    const low = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
    const items = wires.flatMap(wire => this.read(wire));
    for (const item of items) this.show(item);
    const asked = items.find(item => item.modal && !item.gone && item.to === this.room.me());
    if (asked && this.live) this.fillIn(asked.modal);
    this.live = true; // what was recorded before the page was opened opens nothing
    this.slash?.learn(this.reader.commands);
    this.settle(low);
  }

  /** Whatever went over the wire, odd updates too: what cannot be drawn is still in the wire log. */
  read(wire) {
    try { return this.reader.take(wire); } catch { return []; }
  }

  show(item) {
    const article = el('article', { data: { key: item.key } }, ...this.drawing(item));
    article.hidden = item.gone || (item.to !== null && item.to !== this.room.me() && item.to !== this.state.me);
    const old = this.drawn.get(item.key);
    if (old) old.replaceWith(article); else this.log.append(article);
    this.drawn.set(item.key, article);
  }

  drawing(item) {
    const acts = this.acts(item), made = this.reader.draw(item, acts), plain = item.note || item.notice || item.modal || item.inline || item.draft;
    return [made, el('span', { className: 'tools' }, !plain && more(item, acts, this.reader.menu(item), this.platform !== 'twitch'), this.raw(item))];
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
    this.low = low;
    this.empty.hidden = [...this.drawn.values()].some(article => !article.hidden);
    if (low) this.log.scrollTop = this.log.scrollHeight;
  }
}
