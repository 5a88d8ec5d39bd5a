// @ts-check
// Telegram, drawn from updates and the parameters of Bot API calls.

import { paper } from './components.js';
import { anchor, clock, el, tint, unpacked } from './dom.js';
import { entities } from './marks.js';
import { reacted, reactions } from './reactions.js';

const MEDIA = { photo: 'Photo', document: 'File', animation: 'Animation', video: 'Video', audio: 'Audio' };

export const title = room => room.channel.name;
export const hints = [['/whisper', true], ['/answer', true], ['/journey', true], ['/oracle rain', true], ['/bless @bob 5 thank you'], ['/mirror spawn Echo', true]];
export const events = [['join', 'Join'], ['leave', 'Leave'], ['start', 'Start']];

/** Reads the record; `items` are the messages by chat and id. */
export class Reader {
  constructor(room) {
    this.room = room;
    this.items = new Map();
    this.queries = new Map(); // who pressed or typed, by query
    this.drafts = new Map(); // what is being written, by chat
  }

  take(wire) {
    if (wire.direction === 'in') return this.update(wire);
    if (wire.status >= 400) return [];
    const method = wire.name.split('?')[0].split(/[/ ]/).at(-1) ?? '', { payload: p } = wire;
    if (method === 'answerCallbackQuery') return this.notice(wire);
    if (method === 'answerInlineQuery') return this.found(wire);
    if (method === 'setMessageReaction') return this.reaction(key(p.chat_id, p.message_id), this.room.bot, unpacked(p.reaction) ?? [], wire);
    if (/^editMessage/.test(method)) return this.edit(wire);
    if (/^deleteMessages?$/.test(method)) return [p.message_id, ...(unpacked(p.message_ids) ?? [])].flatMap(id => this.remove(key(p.chat_id, id)));
    if (method === 'sendMessageDraft') return this.draft(wire);
    if (/^send/.test(method) && !/ChatAction/.test(method)) return [...this.written(p.chat_id), ...this.sent(wire)];
    return [];
  }

  update(wire) {
    const { message, callback_query: query, inline_query: inline, message_reaction: felt } = wire.payload;
    if (query) this.queries.set(query.id, query.from.id);
    if (inline) this.queries.set(inline.id, inline);
    if (felt) return this.reaction(key(felt.chat.id, felt.message_id), String(felt.user.id), felt.new_reaction, wire);
    if (!message || this.items.has(key(message.chat.id, message.message_id))) return [];
    const quoted = message.reply_to_message, moved = message.left_chat_member ? [message.left_chat_member, 'left'] : message.new_chat_members ? [message.new_chat_members[0], 'joined'] : null;
    if (moved) return this.put(key(message.chat.id, message.message_id), wire, { notice: `${moved[0].first_name} ${moved[1]} the group`, text: '', to: null });
    return this.put(key(message.chat.id, message.message_id), wire, {
      id: message.message_id, who: message.from, text: message.text ?? message.caption ?? '', marks: message.entities ?? message.caption_entities ?? [],
      media: Object.keys(MEDIA).find(kind => kind in message), file: message.document?.file_name,
      to: message.chat.type === 'private' ? String(message.chat.id) : null,
      quote: quoted && { name: quoted.from?.first_name ?? 'Soulfra', text: quoted.text ?? '' },
    });
  }

  sent(wire) {
    const { payload: p, about } = wire, told = [wire.answer?.result ?? {}].flat(), id = told[0].message_id ?? about.message;
    const parent = this.items.get(key(p.chat_id, unpacked(p.reply_parameters)?.message_id)), album = unpacked(p.media);
    return this.put(key(p.chat_id, id), wire, {
      id: about.message ?? id, bot: true, ...this.words(Array.isArray(album) ? album[0] : p), ...this.shown(p, about, wire.name),
      file: told[0].document?.file_name, to: Number(p.chat_id) > 0 ? String(p.chat_id) : null,
      quote: parent?.text && { name: parent.bot ? 'Soulfra' : parent.who?.first_name ?? '', text: parent.text },
      force: unpacked(p.reply_markup)?.force_reply ? unpacked(p.reply_markup).input_field_placeholder ?? 'Answer' : null,
    });
  }

  /** The pictures, or what stands for them: pages make no requests to other places. */
  shown(p, about, name = '') {
    const album = [unpacked(p.media) ?? []].flat().filter(each => each?.media);
    const drawn = [...Object.values(about.pictures ?? {}), about.pictures ? null : about.picture].filter(each => /^data:image\//.test(each ?? ''));
    const kind = album[0]?.type ?? Object.keys(MEDIA).find(each => each in p || name.toLowerCase().endsWith(`send${each}`));
    return { media: kind, pictures: drawn, missing: Math.max(0, album.length - drawn.length) };
  }

  words(p) {
    return { text: p.text ?? p.caption ?? '', marks: unpacked(p.entities ?? p.caption_entities) ?? [], keys: unpacked(p.reply_markup)?.inline_keyboard ?? [] };
  }

  edit(wire) {
    const { payload: p } = wire, item = this.items.get(key(p.chat_id, p.message_id));
    if (!item) return [];
    const media = unpacked(p.media), words = { ...this.words(media ?? p), keys: this.words(p).keys };
    Object.assign(item, wire.name.endsWith('ReplyMarkup') ? { keys: words.keys } : words, media ? this.shown(p, wire.about) : {}, { edited: true });
    item.wires.push(wire);
    return [item];
  }

  draft(wire) {
    const { chat_id: chat, draft_id: id, text } = wire.payload, at = `draft-${chat}-${id}`, old = this.items.get(at);
    this.drafts.set(String(chat), at);
    if (!old) return this.put(at, wire, { draft: true, bot: true, ...this.words(wire.payload), to: String(chat) });
    old.wires.push(wire);
    return [Object.assign(old, { text, gone: false })];
  }

  /** What was being written is there now. */
  written(chat) { return this.drafts.has(String(chat)) ? this.remove(this.drafts.get(String(chat))) : []; }

  reaction(at, who, felt, wire) {
    const item = this.items.get(at);
    if (!item) return [];
    for (const [emoji, by] of [...item.reactions ?? []]) if (by.has(who)) reacted(item, who, emoji, false, wire);
    for (const each of felt) reacted(item, who, each.emoji ?? '✦', true, wire);
    return [item];
  }

  remove(at) {
    const item = this.items.get(at);
    if (item) item.gone = true;
    return item ? [item] : [];
  }

  notice(wire) {
    const to = this.queries.get(wire.payload.callback_query_id);
    if (!wire.payload.text || to === undefined) return [];
    return this.put(`notice-${wire.seq}`, wire, { notice: wire.payload.text, bot: true, to: String(to), text: '' });
  }

  found(wire) {
    const asked = this.queries.get(wire.payload.inline_query_id);
    if (!asked?.from) return [];
    return this.put(`inline-${wire.seq}`, wire, { inline: unpacked(wire.payload.results) ?? [], query: asked.query, bot: true, to: String(asked.from.id), text: '' });
  }

  put(id, wire, what) {
    const item = { key: id, at: wire.at, wires: [wire], ...what };
    this.items.set(id, item);
    return [item];
  }

  draw(item, acts) {
    if (item.notice) return el('p', { className: 'notice' }, item.notice);
    if (item.inline) return results(item);
    const mine = !item.bot && String(item.who.id) === this.room.me(), name = item.bot ? 'Soulfra' : item.who.first_name;
    const by = el('b', { className: 'by' }, name);
    by.style.color = item.bot ? '#b9a5ff' : tint(name.toLowerCase());
    return el('div', { className: mine ? 'mine' : 'theirs' },
      el('div', { className: item.draft ? 'bubble draft' : 'bubble' },
        !mine && by,
        item.quote && el('blockquote', { className: 'quote' }, el('b', {}, item.quote.name), el('span', {}, item.quote.text)),
        ...media(item),
        el('span', { className: 'text' }, entities(item.text, item.marks)),
        el('span', { className: 'foot' }, item.draft && 'writing… ', item.to && el('span', { className: 'dm' }, 'private chat'), item.edited && 'edited ', el('time', {}, clock(item.at)))),
      reactions(item, this.room, acts),
      item.force && el('div', { className: 'row' }, el('button', { type: 'button', on: { click: () => acts.reply() } }, `↩ ${item.force}`)),
      ...(item.keys ?? []).map(row => el('div', { className: 'row' }, ...row.map(each => pressable(each, acts)))));
  }

  menu() { return []; }
}

const pressable = (each, acts) => each.url ? anchor(each.text, each.url) : el('button', { type: 'button', disabled: !each.callback_data, on: { click: () => acts.press(each.callback_data) } }, each.text);

function media(item) {
  if (item.file) return [paper(item.file, '')];
  if (item.pictures?.length) return [el('div', { className: item.pictures.length > 1 ? 'album' : '' }, ...item.pictures.map(src => el('img', { src, alt: 'Picture' }))), item.missing > 0 && placeholder('Photo')];
  return item.media ? [placeholder(MEDIA[item.media])] : [];
}

const placeholder = label => el('p', { className: 'picture' }, '▣ ', label);

const results = item => el('div', { className: 'inline-results' }, el('p', {}, `@bot ${item.query}`),
  ...item.inline.map(one => el('p', {}, el('b', {}, one.title), ' ', one.description ?? one.input_message_content?.message_text ?? '')), item.inline.length === 0 && el('p', {}, 'No results'));

const key = (chat, message) => `${chat}/${message}`;
