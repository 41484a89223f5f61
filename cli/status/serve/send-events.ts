import type { ServerResponse } from 'node:http';
import { lineOf } from '../json.ts';
import type { HubNews, StatusHub } from './hub.ts';

/** A word now and then, by which both ends learn that the other is gone. */
const WORD_MS = 15_000;

/** Who leaves so much unread reads no more. */
const MOST_UNREAD = 4 * 1024 * 1024;

/** Tells a page what is news, as server-sent events, until its connection ends. */
export function sendEvents(response: ServerResponse, hub: StatusHub): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const write = (text: string) => {
    if (response.writableLength > MOST_UNREAD) response.destroy();
    else response.write(text);
  };
  write('retry: 2000\n\n');
  const word = setInterval(() => write(':\n\n'), WORD_MS);
  const leave = hub.join((news) => write(`data: ${newsLine(news)}\n`));
  response.on('close', () => {
    clearInterval(word);
    leave();
  });
}

/** One line, with its end, in which no secret is. By its time a page knows this machine's clock. */
function newsLine({ update: { lookedAt, rings }, history }: HubNews): string {
  const times = { time: new Date().toISOString(), lookedAt: lookedAt.toISOString() };
  return lineOf({ ...times, rings, history });
}
