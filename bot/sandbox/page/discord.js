// @ts-check
// Discord, drawn from gateway payloads and the bodies of REST requests.

import { clock, el, tint } from './dom.js';
import { discordMarks } from './marks.js';

const EPHEMERAL = 64;
const COMMAND = 2;
const [MESSAGE, DEFER, UPDATE] = [4, 5, 7];
const STYLES = { 1: 'primary', 2: 'plain', 3: 'success', 4: 'danger', 5: 'plain' };

export const title = room => `#${room.channel.name}`;
export const hints = [['/bless'], ['!bless @bob 5 thank you'], ['/whisper'], ['/vault put'], ['!balance', true]];

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
    if (wire.direction === 'in') return wire.name.endsWith('INTERACTION_CREATE') ? this.interaction(wire) : wire.name.endsWith('MESSAGE_CREATE') ? this.typed(wire) : [];
    if (wire.status >= 400) return [];
    const [method, path] = wire.name.split('?')[0].split(' ');
    const parts = path.split('/').filter(Boolean);
    if (method === 'PUT' && path.endsWith('/commands')) this.commands = wire.payload;
    if (path.endsWith('/callback')) return this.callback(wire, this.asked.get(parts.at(-3)));
    const hook = parts.indexOf('webhooks');
    if (hook >= 0) return this.followUp(wire, method, this.asked.get(wire.about.event), parts.at(-1));
    if (parts.at(-1) === 'messages' && method === 'POST') return this.posted(wire, parts.at(-2));
    if (parts.at(-2) === 'messages') return this.changed(parts.at(-1), method, wire);
    return [];
  }

  typed(wire) {
    const d = wire.payload.d ?? wire.payload;
    if (d.author.bot || this.items.has(d.id)) return [];
    if (!d.guild_id) this.direct.set(d.channel_id, d.author.id);
    return this.put(d.id, wire, { body: d, who: d.author, to: d.guild_id ? null : d.author.id });
  }

  interaction(wire) {
    const d = wire.payload.d ?? wire.payload;
    const user = d.member?.user ?? d.user;
    if (!d.guild_id && d.channel_id) this.direct.set(d.channel_id, user.id);
    if (!this.asked.has(d.id)) {
      this.asked.set(d.id, { wire, id: d.id, type: d.type, user, direct: !d.guild_id, said: d.type === COMMAND ? spoken(d.data) : null, target: d.message?.id, original: null });
    }
    return [];
  }

  callback(wire, asked) {
    if (!asked) return [];
    const { type, data = {} } = wire.payload;
    if (type === UPDATE) return this.edit(asked.target, data, wire);
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
    item.body = { ...item.body, ...body, flags: item.body.flags };
    item.wires.push(wire);
    return [item];
  }

  remove(id) {
    const item = this.items.get(id);
    if (item) item.gone = true;
    return item ? [item] : [];
  }

  put(id, wire, what, ...before) {
    const item = { key: id, at: wire.at, wires: [...before, wire], ...what };
    this.items.set(id, item);
    return [item];
  }

  draw(item, press) {
    const { room } = this, { body } = item;
    const name = item.bot ? 'Soulfra' : item.who.global_name ?? item.who.username;
    const parent = body.message_reference && this.items.get(String(body.message_reference.message_id));
    return el('div', { className: item.ephemeral ? 'ephemeral' : '' },
      item.asked?.said && context(item.asked.user, el('span', { className: 'used' }, 'used ', el('span', { className: 'chip' }, item.asked.said))),
      parent && context(parent.bot ? { username: 'Soulfra', bot: true } : parent.who, el('span', { className: 'cut' }, discordMarks(parent.body.content ?? '', room))),
      el('div', { className: 'line' }, avatar(name, item.bot),
        el('div', { className: 'said' },
          el('p', { className: 'by' }, el('b', {}, name), item.bot && el('span', { className: 'app' }, 'APP'), el('time', {}, clock(item.at)), item.to && !item.ephemeral && el('span', { className: 'dm' }, 'Direct message')),
          item.waiting ? el('p', { className: 'waiting' }, 'Soulfra is thinking…') : el('div', { className: 'text' }, discordMarks(body.content ?? '', room), item.edited && el('small', {}, ' (edited)')),
          ...(body.embeds ?? []).map(each => embed(each, room)),
          ...pictures(body),
          ...(body.components ?? []).map(row => el('div', { className: 'row' }, ...(row.components ?? []).map(each => this.button(each, item, press)))),
          item.ephemeral && el('p', { className: 'only' }, '◉ Only you can see this'))));
  }

  button(each, item, press) {
    return el('button', { type: 'button', className: STYLES[each.style] ?? 'plain', disabled: each.disabled ?? false, on: { click: () => press(item.key, each.custom_id) } }, each.emoji?.name && `${each.emoji.name} `, each.label ?? '');
  }
}

/** `/vault put name: recipe`, as Discord shows that somebody used it. */
function spoken(data) {
  const values = options => options.flatMap(o => o.options || o.type <= 2 ? [o.name, ...values(o.options ?? [])] : []);
  return ['/' + data.name, ...values(data.options ?? [])].join(' ');
}

const avatar = (name, bot) => {
  const made = el('span', { className: bot ? 'avatar bot' : 'avatar', aria: { hidden: 'true' } }, bot ? '✦' : name[0].toUpperCase());
  if (!bot) made.style.background = tint(name.toLowerCase());
  return made;
};

const context = (user, what) => el('p', { className: 'context' }, el('b', {}, user.bot ? 'Soulfra' : user.global_name ?? user.username), ' ', what);

function embed(e, room) {
  const box = el('div', { className: 'embed' },
    e.author?.name && el('small', {}, e.author.name),
    e.title && el('strong', {}, discordMarks(e.title, room)),
    e.description && el('p', {}, discordMarks(e.description, room)),
    e.fields?.length > 0 && el('dl', {}, ...e.fields.map(f => el('div', { className: f.inline ? 'inline' : '' }, el('dt', {}, f.name), el('dd', {}, discordMarks(f.value, room))))),
    (e.image || e.thumbnail) && el('p', { className: 'picture' }, '▣ ', (e.image ?? e.thumbnail).description ?? 'Picture'),
    e.footer?.text && el('small', {}, e.footer.text));
  if (e.color) box.style.borderColor = `#${e.color.toString(16).padStart(6, '0')}`;
  return box;
}

const pictures = body => (body.attachments ?? []).map(file => el('p', { className: 'picture' }, '▣ ', file.description || file.filename || 'Attachment'));
