import { nanos } from '@nats-io/transport-node';
import { connectQueue } from '#queue/connect.ts';
import { WORK_STREAM, WORKERS } from '#queue/subjects.ts';

// Makes the streams of a queue, as whoever keeps the server may: who is silent for so long is taken for dead.
const [url = '', patienceMs = ''] = process.argv.slice(2);
await using queue = await connectQueue(url, () => {});
const ack_wait = nanos(Number(patienceMs));
await queue.manager.consumers.update(WORK_STREAM, WORKERS, { ack_wait });
