import { connectQueue } from '#queue/connect.ts';
import { EVENTS_STREAM, WORK_STREAM, WORKERS } from '#queue/subjects.ts';

// Prints what is in a queue, for whoever wonders why a run does not end.
const [url = ''] = process.argv.slice(2);
await using queue = await connectQueue(url, () => {});
const { streams, consumers } = queue.manager;
const { state } = await streams.info(WORK_STREAM, { subjects_filter: '>' });
const { config: _, ...workers } = await consumers.info(WORK_STREAM, WORKERS);
const events = await consumers.list(EVENTS_STREAM).next();
process.stdout.write(JSON.stringify({ state, workers, events }));
