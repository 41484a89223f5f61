import type { Read } from '#engine/model/read.ts';
import { sh } from '#engine/shell/quote.ts';
import { type Heard, heardIn, LISTEN } from './adverts.ts';

/** One interval between the adverts of who has set none, and the start of tcpdump. */
const SECONDS = 2;

/** Who speaks as a router on an interface, heard for a moment, where the host has a tcpdump. */
export function routersOn(dev: string): Read<Heard> {
  return {
    key: `routers ${dev}`,
    volatile: true,
    waits: `listening for other routers on ${dev}, ${SECONDS} s`,
    script: `${sh`dev=${dev}`}\n${LISTEN}\nlisten 'ip6 proto 112 or ip proto 112' sleep ${SECONDS}\ntrue`,
    parse: ({ stdout }) => heardIn(stdout.split('\n')),
  };
}
