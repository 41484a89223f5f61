import { join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import { type RecordedRun, readEvents } from '#engine/report/read-events.ts';
import { EVENTS_FILE } from './run-folder.ts';
import { readText } from './text-files.ts';

/** Reads the run whose events a folder holds. Throws a Failure where it holds none. */
export async function readRun(folder: string): Promise<RecordedRun> {
  return readEvents(await eventsOf(folder), join(folder, EVENTS_FILE));
}

/** The text of a run's events, whatever is in it. Throws a Failure where a folder holds none. */
export async function eventsOf(folder: string): Promise<string> {
  const text = await readText(join(folder, EVENTS_FILE));
  if (text !== undefined) return text;
  throw new Failure('The folder holds the events of no run', {
    where: folder,
    fix: 'List those that are kept: npm run rota -- runs',
  });
}
