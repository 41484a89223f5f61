import { crowd } from './crowd.ts';
import type { HostProgress } from './host-progress.ts';
import type { CheckProgress, Progress } from './progress.ts';
import {
  checkDetails,
  checkHead,
  type FrameOptions,
  type FrameRow,
  hostDetails,
  hostHead,
  indent,
  type Look,
  lookOf,
  runRow,
} from './progress-rows.ts';
import { INTERRUPTED } from './run-words.ts';

/** Lines that are kept free for what running tasks print, before hosts are shown as counts. */
const ROOM_FOR_DETAILS = 6;

/** How many lines a row may have for details: few steps, so that they do not jump with every host. */
const DETAILS = [3, 1];

/**
 * What a terminal shows of a run, in no more lines than it has: every host while there is room for
 * all, else those at work or failed, in the order of the inventory, and the others as counts.
 */
export function progressFrame(progress: Progress, options: FrameOptions): readonly FrameRow[] {
  const look = lookOf(progress, options);
  const hosts = [...progress.hosts.values()];
  const all = progress.checksOf(undefined);
  const alone = all.length > options.height / 2 ? progress.openChecksOf(undefined) : all;
  const room = options.height - 1 - alone.length;
  const gates = hosts.flatMap(({ name }) => progress.openChecksOf(name)).length;
  const crowded = hosts.length + gates + ROOM_FOR_DETAILS > room;
  const { shown, counts } = crowded ? crowd(progress, room) : { shown: hosts, counts: [] };
  const rows = [
    ...shown.map((host) => hostRow(host, progress, look)),
    ...alone.map((check) => checkRow(check, look)),
    ...counts.map((count) => ({ heads: [look.paint('dim', count)], details: NO_DETAILS })),
  ];
  const note = progress.interrupted ? INTERRUPTED : undefined;
  return clip(
    [runRow(progress, look, note), ...shareOut(rows, options.height - 1)],
    options.height,
  );
}

interface Row {
  readonly host?: string;
  readonly heads: readonly string[];
  /** More of it, in at most so many lines. */
  details(most: number): readonly string[];
}

const NO_DETAILS = () => [];

function hostRow(host: HostProgress, progress: Progress, look: Look): Row {
  const checks = progress.openChecksOf(host.name);
  const heads = checks.map((check) => indent(checkHead(check, look)));
  return {
    host: host.name,
    heads: [hostHead(host, progress, look), ...heads],
    details: (most) => {
      const findings = checks.flatMap((check) => checkDetails(check, most)).slice(0, most);
      return [...hostDetails(host, most, look), ...findings].slice(0, most).map(indent).map(indent);
    },
  };
}

function checkRow(check: CheckProgress, look: Look): Row {
  return {
    heads: [checkHead(check, look)],
    details: (most) => checkDetails(check, most).map(indent),
  };
}

/** Every row gets its first lines; of what is left, all get the same for their details. */
function shareOut(rows: readonly Row[], height: number): readonly FrameRow[] {
  const left = height - rows.reduce((sum, { heads }) => sum + heads.length, 0);
  const busy = rows.filter(({ details }) => details(1).length > 0).length;
  const most = DETAILS.find((lines) => lines * busy <= left) ?? 0;
  return rows.map(({ host, heads, details }) => ({
    ...(host === undefined ? {} : { host }),
    lines: [...heads, ...details(most)],
  }));
}

/** The last word, for a terminal of very few lines. */
function clip(rows: readonly FrameRow[], height: number): readonly FrameRow[] {
  let left = height;
  return rows.map((row) => {
    const lines = row.lines.slice(0, Math.max(0, left));
    left -= lines.length;
    return { ...row, lines };
  });
}
