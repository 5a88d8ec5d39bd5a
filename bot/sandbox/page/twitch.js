// @ts-check
// Twitch chat, drawn from EventSub notifications and the bodies of Helix requests.

import { el, readable, tint } from './dom.js';

const BADGES = { broadcaster: ['#c4312c', '■', 'Broadcaster'], moderator: ['#00760a', '⚔', 'Moderator'], vip: ['#b3008f', '◆', 'VIP'], bot: ['#5b2bb0', '✦', 'Chat bot'], subscriber: ['#5b2bb0', '★', 'Subscriber'] };

export const title = room => `Stream chat · ${room.channel.name}`;
export const hints = [['!whisper', true], ['!answer', true], ['!journey', true], ['!oracle rain', true], ['!bless @bob 5 thank you'], ['!help', true]];

export const events = [['follow', 'Follow'], ['subscribe', 'Sub'], ['raid', 'Raid', { viewers: 12 }], ['cheer', 'Cheer 100', { bits: 100 }], ['redeem', 'Redeem'], ['live', 'Live'], ['offline', 'Offline']];

const HAPPENED = {
  'channel.follow': e => `${e.user_name} follows`,
  'channel.subscribe': e => `${e.user_name} subscribes${e.is_gift ? ' (a gift)' : ''}`,
  'channel.subscription.message': e => `${e.user_name} subscribes for ${e.cumulative_months} months: ${e.message.text}`,
  'channel.subscription.gift': e => `${e.user_name ?? 'Somebody'} gives ${e.total} subscriptions`,
  'channel.raid': e => `${e.from_broadcaster_user_name} raids with ${e.viewers}`,
  'channel.cheer': e => `${e.user_name ?? 'Somebody'} cheers ${e.bits} bits`,
  'channel.channel_points_custom_reward_redemption.add': e => `${e.user_name} redeems ${e.reward.title} for ${e.reward.cost} points${e.user_input ? `: ${e.user_input}` : ''}`,
  'stream.online': e => `${e.broadcaster_user_name} is live`,
  'stream.offline': e => `${e.broadcaster_user_name} is offline`,
};

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
    if (path.endsWith('/chat/announcements')) return this.put(`announced-${wire.seq}`, wire, { name: 'Soulfra', bot: true, text: wire.payload.message, badges: [{ set_id: 'bot' }], to: null, announced: wire.payload.color ?? 'primary' });
    if (path.endsWith('/custom_rewards/redemptions')) return this.settled(wire);
    if (path.endsWith('/whispers')) return this.whispered(wire, new URLSearchParams(query));
    return [];
  }

  told(wire) {
    const event = wire.payload.payload?.event ?? wire.payload.event ?? wire.payload;
    const said = HAPPENED[wire.name];
    if (said) return this.put(event.reward ? `redeemed-${event.id}` : `event-${wire.about.event ?? wire.seq}`, wire, { note: said(event), to: null });
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

  /** What became of what somebody redeemed. */
  settled(wire) {
    return (wire.answer?.data ?? []).flatMap(({ id, status }) => {
      const item = this.items.get(`redeemed-${id}`);
      if (!item) return [];
      item.wires.push(wire);
      return [Object.assign(item, { status: status.toLowerCase() })];
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
    if (item.note) return el('p', { className: 'note' }, '★ ', item.note, item.status && el('span', { className: 'dm' }, item.status));
    const name = el('b', {}, item.name);
    name.style.color = readable(item.bot ? '#b9a5ff' : item.colour || tint(item.name.toLowerCase()));
    return el('div', { className: item.whisper ? 'whisper' : item.announced ? `announced ${item.announced}` : '' },
      item.announced && el('p', { className: 'context' }, '📣 Announcement'),
      item.reply && el('p', { className: 'context' }, `↰ Replying to @${item.reply.name}: ${item.reply.text}`),
      item.whisper && el('span', { className: 'dm' }, item.bot ? 'Whisper to you' : 'Whisper to Soulfra'),
      el('p', { className: 'text' }, ...(item.badges ?? []).map(badge), name, ': ', ...item.text.split(/(@\w+)/).map(part => part.startsWith('@') ? el('span', { className: 'mention' }, part) : part)));
  }

  menu() { return []; }
}

function badge({ set_id: id }) {
  const [colour, sign, label] = BADGES[id] ?? ['#3a3a40', '•', id];
  const made = el('span', { className: 'badge', title: label, role: 'img', aria: { label } }, sign);
  made.style.background = colour;
  return made;
}
