import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { RunEvent } from '#engine/run/events.ts';
import { Random } from '#lab/random.ts';
import { describeInLab } from './support/lab.ts';
import { QueueTrial, type Told } from './support/queue-trial.ts';

const NODES = ['node1', 'node2', 'node3', 'node4', 'node5', 'node6'];

describeInLab('workers of a queue', { light: true, nodes: 6 }, (testLab) => {
  let trial: QueueTrial;
  beforeAll(async () => {
    trial = new QueueTrial(testLab);
    await trial.begin();
  });
  afterAll(() => trial.end());
  beforeEach(({ onTestFailed }) =>
    onTestFailed(async () => void process.stderr.write(await trial.state())),
  );

  const on = async (node: string, script: string) =>
    (await testLab.lab.run(node, script)).stdout.trim();
  const hold = async (node: string) => await on(node, ': >/srv/hold');
  const letGo = async (node: string) => await on(node, 'rm /srv/hold');

  /** How often each host was changed in a turn, and its leases. */
  const timesOf = async (turn: string) =>
    await Promise.all(
      NODES.map((node) => on(node, `touch /srv/turns; grep -cx ${turn} /srv/turns; ls /run/rota`)),
    );

  async function eventsOf(run: Told): Promise<readonly RunEvent[]> {
    const { stdout } = await run.output;
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  /** Each host was changed once, has no lease, and ended once in the view. */
  async function expectDone(run: Told, turn: string): Promise<void> {
    const { status } = await run.output;
    const events = await eventsOf(run);
    const ends = events.flatMap((event) =>
      event.type === 'hostFinished' ? [event.summary.host] : [],
    );
    expect(status, JSON.stringify(events.at(-1))).toBe(0);
    expect(await timesOf(turn)).toEqual(NODES.map(() => '1'));
    expect([ends, events.at(-1)?.type]).toEqual([NODES, 'runFinished']);
  }

  /** The worker that has begun a slice of a run first. */
  async function whoBegins(run: Told): Promise<Told> {
    const begins = new RegExp(`${run.run} .* begins`);
    return await Promise.race(
      trial.workers().map(async (one) => {
        await one.until(begins);
        return one;
      }),
    );
  }

  test('wait for a server that is started after them', async () => {
    await trial.killServer();
    const workers = trial.workers();
    await Promise.all(workers.map((one) => one.until(/waiting for it/)));
    await trial.startServer();
    await Promise.all(workers.map((one) => one.until(/waits for slices/)));
  });

  // Three workers are killed in each.
  const rounds = Array.from(
    { length: Number(process.env['ROTA_QUEUE_ROUNDS'] ?? 1) },
    (_, index) => index,
  );
  const hangsAfterMs = 100_000 * inject('machine').slowness;
  const title = 'of those that are killed others do the slices, also where the server is killed';
  test.each(rounds)(
    title,
    async (round) => {
      const turn = trial.commit();
      const random = new Random(7 + round);
      const workers = [...trial.workers()];
      const run = trial.run('--slice-size', '2');
      await run.until(/"taskStarted"/);
      for (let kills = 0; kills < 3; kills += 1) {
        await delay(random.next() * 500);
        await workers.shift()?.kill();
        workers.push(trial.replace());
      }
      await run.until(/"taskChanged"/, 2);
      await trial.killServer();
      await trial.startServer();
      await expectDone(run, turn);
    },
    hangsAfterMs,
  );

  test('go on when the view of a run whose coordinator was killed is taken up again', async () => {
    const turn = trial.commit();
    for (const node of ['node1', 'node4']) await hold(node);
    trial.workers();
    const run = trial.run('--slice-size', '3', '--rings-at-once', '1');
    await run.until(/"taskStarted"/);
    const worker = await whoBegins(run);
    await run.kill();
    for (const node of ['node1', 'node4']) await letGo(node);
    await worker.until(new RegExp(`${run.run} .* ends: 130`));
    await expectDone(trial.attach(run.run), turn);
  });

  test('finish what runs after Ctrl-C, and begin nothing more', async () => {
    const turn = trial.commit();
    for (const node of ['node1', 'node3']) await hold(node);
    trial.workers();
    const run = trial.run('--slice-size', '2', '--rings-at-once', '1');
    await run.until(/"taskStarted"/);
    run.child.kill('SIGINT');
    await run.until(/"interrupted"/);
    for (const node of ['node1', 'node3']) await letGo(node);
    expect(await run.output).toMatchObject({ status: 130, stderr: '' });
    expect((await timesOf(turn)).toSorted()).toEqual(['0', '0', '0', '0', '0', '1']);
  });

  test('leave a slice to another when they come back after a pause', async () => {
    const turn = trial.commit();
    await hold('node1');
    const workers = trial.workers();
    const run = trial.run('--rings-at-once', '1');
    await run.until(/"taskStarted"/);
    const begins = new RegExp(`${run.run} .* begins`);
    const paused = await whoBegins(run);
    paused.child.kill('SIGSTOP');
    await Promise.all(workers.map((one) => one.until(begins)));
    paused.child.kill('SIGCONT');
    await letGo('node1');
    await expectDone(run, turn);
  });

  test('change no more rings at once than one run, and none after a host that failed, over all slices', async () => {
    const turn = trial.commit({ node2: { broken: true } });
    await Promise.all(NODES.map((node) => on(node, 'rm -f /srv/times')));
    await hold('node1');
    const workers = trial.workers();
    const run = trial.run('--slice-size', '3', '--rings-at-once', '1');
    await run.until(/"taskStarted"/);
    const begins = new RegExp(`${run.run} .* begins`);
    await Promise.all(workers.map((worker) => worker.until(begins)));
    await letGo('node1');
    expect((await run.output).status).toBe(1);
    const times = await Promise.all(NODES.map((node) => on(node, 'cat /srv/times || true')));
    const changes = times
      .flatMap((text, index) =>
        text === '' ? [] : [{ node: NODES[index], times: text.split('\n') }],
      )
      .toSorted((one, other) => Number(one.times[0]) - Number(other.times[0]));
    const inOrder = changes.flatMap((change) => change.times.map(Number));
    expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
    expect(changes.at(-1)?.node).toBe('node2');
    expect((await timesOf(turn)).filter((times) => times === '1')).toHaveLength(changes.length - 1);
  });

  test('give a slice up whose process always dies, and name it, and end at SIGTERM', async () => {
    const turn = trial.commit({ node3: { deadly: true } });
    trial.workers();
    const run = trial.run('--slice-size', '3');
    const { status } = await run.output;
    const last = (await eventsOf(run)).at(-1);
    expect([
      status,
      last?.type === 'runFinished' ? last.result.failures : last,
    ]).toMatchInlineSnapshot(`
      [
        1,
        [
          {
            "fix": "See what its workers say, and run it again: what was left half done is undone or finished first.",
            "kind": "failed",
            "ran": "node1, node2, node3: its process ended without a result",
            "what": "A slice was given up",
            "where": "slice 1/2",
          },
        ],
      ]
    `);
    expect(await timesOf(turn)).toEqual(['0', '0', '0', '1', '1', '1']);
    const [worker] = trial.workers();
    worker.child.kill('SIGTERM');
    expect((await worker.output).status).toBe(0);
  });
});
