// @ts-check
// Discord, drawn from gateway payloads and the bodies of REST requests.

import { below } from './components.js';
import { clock, el, tint } from './dom.js';
import { discordMarks } from './marks.js';
import { reacted, reactions } from './reactions.js';

const [EPHEMERAL, LAYOUT] = [64, 1 << 15];
const [COMMAND, SUBMIT] = [2, 5];
const [MESSAGE, DEFER, UPDATE, MODAL] = [4, 5, 7, 9];

export const title = room => `#${room.channel.name}`;
export const hints = [['/whisper'], ['/journey'], ['/codex read'], ['/oracle'], ['/bless'], ['!bless @bob 5 thank you'], ['/vault put']];
export const events = [['join', 'Join'], ['leave', 'Leave']];

/** Reads the record; `items` are the messages by their id. */
export class Reader {
  constructor(room) {
    this.room = room;
    this.items = new Map();
    this.asked = new Map(); // interactions by id
    this.direct = new Map(); // whose direct channel this is
    this.commands = [];
  }

  /** @returns {any[]} the messages that changed */
  take(wire) {
    if (wire.direction === 'in') return this.heard(wire, wire.payload.d ?? wire.payload);
    if (wire.status >= 400) return [];
    const [method, path] = wire.name.split('?')[0].split(' ');
    const parts = path.split('/').filter(Boolean);
    if (method === 'PUT' && path.endsWith('/commands')) this.commands = wire.payload;
    if (path.endsWith('/callback')) return this.callback(wire, this.asked.get(parts.at(-3)));
    const hook = parts.indexOf('webhooks'), of = parts.indexOf('messages');
    if (hook >= 0) return this.followUp(wire, method, this.asked.get(wire.about.event), parts.at(-1));
    if (parts[of + 2] === 'reactions') return this.reaction(parts[of + 1], this.room.bot, decodeURIComponent(parts[of + 3] ?? ''), method === 'PUT', wire);
    if (parts.at(-1) === 'messages' && method === 'POST') return this.posted(wire, parts.at(-2));
    if (parts.at(-2) === 'messages') return this.changed(parts.at(-1), method, wire);
    return [];
  }

  heard(wire, d) {
    if (wire.name.endsWith('INTERACTION_CREATE')) return this.interaction(wire, d);
    if (wire.name.endsWith('MESSAGE_CREATE')) return this.typed(wire, d);
    if (wire.name.includes('MESSAGE_REACTION_')) return this.reaction(d.message_id, d.user_id, d.emoji.name, wire.name.endsWith('ADD'), wire);
    const came = { GUILD_MEMBER_ADD: 'joined', GUILD_MEMBER_REMOVE: 'left' }[wire.name];
    return came ? this.put(`member-${wire.seq}`, wire, { note: `${d.user.global_name ?? d.user.username} ${came} the server.`, to: null }) : [];
  }

  typed(wire, d) {
    if (d.author.bot || this.items.has(d.id)) return [];
    if (!d.guild_id) this.direct.set(d.channel_id, d.author.id);
    return this.put(d.id, wire, { body: d, who: d.author, to: d.guild_id ? null : d.author.id });
  }

  interaction(wire, d) {
    const user = d.member?.user ?? d.user;
    if (!d.guild_id && d.channel_id) this.direct.set(d.channel_id, user.id);
    if (!this.asked.has(d.id)) {
      this.asked.set(d.id, { wire, id: d.id, type: d.type, user, direct: !d.guild_id, said: d.type === COMMAND ? spoken(d.data) : null, target: d.message?.id, original: null });
    }
    return d.type === SUBMIT ? [...this.items.values()].filter(item => item.modal?.custom_id === d.data.custom_id && item.to === user.id).flatMap(item => this.remove(item.key)) : [];
  }

  callback(wire, asked) {
    if (!asked) return [];
    const { type, data = {} } = wire.payload;
    if (type === UPDATE) return this.edit(asked.target, data, wire);
    if (type === MODAL) return this.put(`modal-${asked.id}`, wire, { modal: data, to: asked.user.id, asked }, asked.wire);
    if (type !== MESSAGE && type !== DEFER) return [];
    asked.original = wire.answer?.resource?.message?.id ?? wire.about.message ?? `original-${asked.id}`;
    return this.put(asked.original, wire, this.reply(asked, data, type === DEFER), asked.wire);
  }

  reply(asked, body, waiting) {
    const secret = asked.direct || (body.flags & EPHEMERAL);
    return { body, bot: true, waiting, asked, to: secret ? asked.user.id : null, ephemeral: Boolean(body.flags & EPHEMERAL), direct: asked.direct };
  }

  followUp(wire, method, asked, last) {
    if (!asked) return [];
    const target = last === '@original' ? asked.original ?? asked.target : last;
    if (method === 'DELETE') return this.remove(target);
    if (method === 'PATCH') return this.edit(target, wire.payload, wire);
    const waiting = this.items.get(asked.original);
    if (waiting?.waiting) return this.edit(asked.original, wire.payload, wire);
    return this.put(wire.answer?.id ?? wire.about.message, wire, this.reply({ ...asked, said: null }, wire.payload, false));
  }

  posted(wire, channel) {
    const to = wire.about.private_to ?? this.direct.get(channel) ?? null;
    return this.put(wire.answer?.id ?? wire.about.message, wire, { body: wire.payload, bot: true, to });
  }

  changed(id, method, wire) {
    return method === 'DELETE' ? this.remove(id) : method === 'PATCH' ? this.edit(id, wire.payload, wire) : [];
  }

  edit(id, body, wire) {
    const item = this.items.get(id);
    if (!item) return [];
    item.edited = !item.waiting;
    item.waiting = false;
    item.body = { ...item.body, ...body, flags: (item.body.flags ?? 0) | (body.flags ?? 0) };
    item.wires.push(wire);
    return [this.dressed(item, wire)];
  }

  /** With what the answer tells of its files, and whether it is a layout. */
  dressed(item, wire) {
    const told = wire.answer?.resource?.message ?? wire.answer ?? wire.payload;
    if (Array.isArray(told?.attachments)) item.files = told.attachments;
    item.layout = Boolean((item.body?.flags ?? 0) & LAYOUT);
    return item;
  }

  reaction(id, who, emoji, added, wire) {
    const item = this.items.get(id);
    return item ? [reacted(item, who, emoji, added, wire)] : [];
  }

  remove(id) {
    const item = this.items.get(id);
    if (item) item.gone = true;
    return item ? [item] : [];
  }

  put(id, wire, what, ...before) {
    const item = { key: id, at: wire.at, wires: [...before, wire], ...what };
    this.items.set(id, item);
    return [this.dressed(item, wire)];
  }

  draw(item, acts) {
    if (item.note) return el('p', { className: 'note' }, '→ ', item.note);
    if (item.modal) return el('p', { className: 'note' }, `Soulfra asks: ${item.modal.title} `, el('button', { type: 'button', className: 'quiet', on: { click: () => acts.fill(item.modal) } }, 'Fill in'));
    const { room } = this, { body } = item;
    const name = item.bot ? 'Soulfra' : item.who.global_name ?? item.who.username;
    const parent = body.message_reference && this.items.get(String(body.message_reference.message_id));
    return el('div', { className: item.ephemeral ? 'ephemeral' : '' },
      item.asked?.said && context(item.asked.user, el('span', { className: 'used' }, 'used ', el('span', { className: 'chip' }, item.asked.said))),
      parent?.body && context(parent.bot ? { username: 'Soulfra', bot: true } : parent.who, el('span', { className: 'cut' }, discordMarks(parent.body.content ?? '', room))),
      el('div', { className: 'line' }, avatar(name, item.bot),
        el('div', { className: 'said' },
          el('p', { className: 'by' }, el('b', {}, name), item.bot && el('span', { className: 'app' }, 'APP'), el('time', {}, clock(item.at)), item.to && !item.ephemeral && el('span', { className: 'dm' }, 'Direct message')),
          item.waiting ? el('p', { className: 'waiting' }, 'Soulfra is thinking…') : el('div', { className: 'text' }, item.layout ? '' : discordMarks(body.content ?? '', room), item.edited && el('small', {}, ' (edited)')),
          ...below(item, room, acts),
          reactions(item, room, acts),
          item.ephemeral && el('p', { className: 'only' }, '◉ Only you can see this'))));
  }

  /** What the menu of a message offers beside an answer: entries for it, and for who wrote it. */
  menu(item) {
    const of = type => this.commands.filter(each => each.type === type).map(each => each.name);
    const name = item.who && this.room.name(item.who.id);
    return [...of(3).map(label => ({ label, command: label, target: item.key })), ...(name ? of(2).map(label => ({ label: `${label}: @${name}`, command: label, target: name })) : [])];
  }
}

/** `/vault put name: recipe`, as Discord shows that somebody used it. */
function spoken(data) {
  if (data.type > 1) return data.name;
  const values = options => options.flatMap(o => o.options || o.type <= 2 ? [o.name, ...values(o.options ?? [])] : []);
  return ['/' + data.name, ...values(data.options ?? [])].join(' ');
}

const avatar = (name, bot) => {
  const made = el('span', { className: bot ? 'avatar bot' : 'avatar', aria: { hidden: 'true' } }, bot ? '✦' : name[0].toUpperCase());
  if (!bot) made.style.background = tint(name.toLowerCase());
  return made;
};

const context = (user, what) => el('p', { className: 'context' }, el('b', {}, user.bot ? 'Soulfra' : user.global_name ?? user.username), ' ', what);
