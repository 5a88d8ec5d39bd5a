// @ts-check
// Telegram, drawn from updates and the parameters of Bot API calls.

import { clock, el, tint, unpacked } from './dom.js';
import { entities } from './marks.js';

const MEDIA = { photo: 'Photo', document: 'File', animation: 'Animation', video: 'Video', audio: 'Audio' };

export const title = room => room.channel.name;
export const hints = [['/bless @bob 5 thank you'], ['/whisper shadow', true], ['/mirror spawn Echo', true], ['/balance', true]];

/** Reads the record; `items` are the messages by chat and id. */
export class Reader {
  constructor(room) {
    this.room = room;
    this.items = new Map();
    this.queries = new Map(); // who pressed, by callback query
  }

  take(wire) {
    if (wire.direction === 'in') return this.update(wire);
    if (wire.status >= 400) return [];
    const method = wire.name.split('?')[0].split(/[/ ]/).at(-1) ?? '';
    if (method === 'answerCallbackQuery') return this.notice(wire);
    if (/^editMessage/.test(method)) return this.edit(wire);
    if (method === 'deleteMessage') return this.remove(wire);
    if (/^send/.test(method) && !/ChatAction|Draft/.test(method)) return this.sent(wire);
    return [];
  }

  update(wire) {
    const { message, callback_query: query } = wire.payload;
    if (query) this.queries.set(query.id, query.from.id);
    if (!message || this.items.has(key(message.chat.id, message.message_id))) return [];
    const quoted = message.reply_to_message;
    return this.put(key(message.chat.id, message.message_id), wire, {
      id: message.message_id, who: message.from, text: message.text ?? message.caption ?? '', marks: message.entities ?? message.caption_entities ?? [],
      to: message.chat.type === 'private' ? String(message.chat.id) : null,
      quote: quoted && { name: quoted.from?.first_name ?? 'Soulfra', text: quoted.text ?? '' },
    });
  }

  sent(wire) {
    const { payload: p } = wire, told = wire.answer?.result, id = told?.message_id ?? wire.about.message;
    const parent = this.items.get(key(p.chat_id, unpacked(p.reply_parameters)?.message_id));
    return this.put(key(p.chat_id, id), wire, {
      id: wire.about.message ?? id, bot: true, ...this.words(p), media: Object.keys(MEDIA).find(kind => kind in p || wire.name.toLowerCase().endsWith(`send${kind}`)),
      picture: /^data:image\//.test(wire.about.picture) ? wire.about.picture : null,
      to: Number(p.chat_id) > 0 ? String(p.chat_id) : null,
      quote: parent && { name: parent.bot ? 'Soulfra' : parent.who.first_name, text: parent.text },
    });
  }

  words(p) {
    return { text: p.text ?? p.caption ?? '', marks: unpacked(p.entities ?? p.caption_entities) ?? [], keys: unpacked(p.reply_markup)?.inline_keyboard ?? [] };
  }

  edit(wire) {
    const item = this.items.get(key(wire.payload.chat_id, wire.payload.message_id));
    if (!item) return [];
    const words = this.words(wire.payload);
    Object.assign(item, wire.name.endsWith('ReplyMarkup') ? { keys: words.keys } : words, { edited: true });
    item.wires.push(wire);
    return [item];
  }

  remove(wire) {
    const item = this.items.get(key(wire.payload.chat_id, wire.payload.message_id));
    if (item) item.gone = true;
    return item ? [item] : [];
  }

  notice(wire) {
    const to = this.queries.get(wire.payload.callback_query_id);
    if (!wire.payload.text || to === undefined) return [];
    return this.put(`notice-${wire.seq}`, wire, { notice: wire.payload.text, bot: true, to: String(to), text: '' });
  }

  put(id, wire, what) {
    const item = { key: id, at: wire.at, wires: [wire], ...what };
    this.items.set(id, item);
    return [item];
  }

  draw(item, press) {
    if (item.notice) return el('p', { className: 'notice' }, item.notice);
    const mine = !item.bot && String(item.who.id) === this.room.me(), name = item.bot ? 'Soulfra' : item.who.first_name;
    const by = el('b', { className: 'by' }, name);
    by.style.color = item.bot ? '#b9a5ff' : tint(name.toLowerCase());
    return el('div', { className: mine ? 'mine' : 'theirs' },
      el('div', { className: 'bubble' },
        !mine && by,
        item.quote && el('blockquote', { className: 'quote' }, el('b', {}, item.quote.name), el('span', {}, item.quote.text)),
        item.picture ? el('img', { src: item.picture, alt: 'Picture' }) : item.media && el('p', { className: 'picture' }, '▣ ', MEDIA[item.media]),
        el('span', { className: 'text' }, entities(item.text, item.marks)),
        el('span', { className: 'foot' }, item.to && el('span', { className: 'dm' }, 'private chat'), item.edited && 'edited ', el('time', {}, clock(item.at)))),
      ...(item.keys ?? []).map(row => el('div', { className: 'row' }, ...row.map(each => el('button', { type: 'button', on: { click: () => press(String(item.id), each.callback_data) } }, each.text)))));
  }
}

const key = (chat, message) => `${chat}/${message}`;
