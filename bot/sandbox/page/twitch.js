// @ts-check
// Twitch chat, drawn from EventSub notifications and the bodies of Helix requests.

import { el, readable, tint } from './dom.js';

const BADGES = { broadcaster: ['#c4312c', '■', 'Broadcaster'], moderator: ['#00760a', '⚔', 'Moderator'], vip: ['#b3008f', '◆', 'VIP'], bot: ['#5b2bb0', '✦', 'Chat bot'], subscriber: ['#5b2bb0', '★', 'Subscriber'] };

export const title = room => `Stream chat · ${room.channel.name}`;
export const hints = [['!bless @bob 5 thank you'], ['!top'], ['!whisper shadow', true], ['!help', true]];

/** Reads the record; `items` are the lines by message id. */
export class Reader {
  constructor(room) {
    this.room = room;
    this.items = new Map();
  }

  take(wire) {
    if (wire.direction === 'in') return this.told(wire);
    if (wire.status >= 400) return [];
    const [path, query = ''] = wire.name.split(' ').at(-1).split('?');
    if (path.endsWith('/chat/messages')) return this.sent(wire);
    if (path.endsWith('/whispers')) return this.whispered(wire, new URLSearchParams(query));
    return [];
  }

  told(wire) {
    const event = wire.payload.payload?.event ?? wire.payload.event ?? wire.payload;
    if (event.whisper) return this.put(event.whisper_id, wire, { name: event.from_user_name, text: event.whisper.text, to: event.from_user_id, whisper: true });
    if (!event.message || event.chatter_user_id === this.room.bot) return [];
    return this.put(event.message_id, wire, {
      name: event.chatter_user_name, colour: event.color, text: event.message.text, badges: event.badges ?? [], to: null,
      reply: event.reply && { name: event.reply.parent_user_name, text: event.reply.parent_message_body },
    });
  }

  sent(wire) {
    const { message, reply_parent_message_id: parent } = wire.payload, told = wire.answer?.data?.[0];
    if (told && told.is_sent === false) return [];
    const replied = this.items.get(parent);
    return this.put(told?.message_id || wire.about.message || `sent-${wire.seq}`, wire, {
      name: 'Soulfra', bot: true, text: message, badges: [{ set_id: 'bot' }], to: null, reply: replied && { name: replied.name, text: replied.text },
    });
  }

  whispered(wire, query) {
    const to = wire.about.private_to ?? query.get('to_user_id') ?? wire.payload.to_user_id;
    return this.put(`whisper-${wire.seq}`, wire, { name: 'Soulfra', bot: true, text: wire.payload.message, to, whisper: true });
  }

  put(id, wire, what) {
    if (this.items.has(id)) return [];
    const item = { key: id, at: wire.at, wires: [wire], ...what };
    this.items.set(id, item);
    return [item];
  }

  draw(item) {
    const name = el('b', {}, item.name);
    name.style.color = readable(item.bot ? '#b9a5ff' : item.colour || tint(item.name.toLowerCase()));
    return el('div', { className: item.whisper ? 'whisper' : '' },
      item.reply && el('p', { className: 'context' }, `↰ Replying to @${item.reply.name}: ${item.reply.text}`),
      item.whisper && el('span', { className: 'dm' }, item.bot ? 'Whisper to you' : 'Whisper to Soulfra'),
      el('p', { className: 'text' }, ...(item.badges ?? []).map(badge), name, ': ', ...item.text.split(/(@\w+)/).map(part => part.startsWith('@') ? el('span', { className: 'mention' }, part) : part)));
  }
}

function badge({ set_id: id }) {
  const [colour, sign, label] = BADGES[id] ?? ['#3a3a40', '•', id];
  const made = el('span', { className: 'badge', title: label, role: 'img', aria: { label } }, sign);
  made.style.background = colour;
  return made;
}
