import { readFile } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { describeInLab } from './support/lab.ts';
import { contentOf, type MainProcess, mainProcesses } from './support/main-processes.ts';
import { CONFIGURATION, FOLDER, imageOf, manifest, type Variation } from './support/static-pod.ts';
import type { TestLab } from './support/test-lab.ts';
import { until } from './support/until.ts';

const NODE = 'node1';
/** A real kubelet's waits, a tenth of them: 20 s between rescans are 2 s here. */
const options = { beginsWith: 'image', nodes: 1, waits: 0.1 } as const;

describeInLab('the kubelet stand-in', options, stand);

function stand(up: TestLab): void {
  const sh = async (script: string, input?: string) =>
    (await up.lab.run(NODE, script, input)).stdout;
  let image = '';
  const rename = (variation: Partial<Variation> = {}, name = 'keepalived.yaml') =>
    sh(
      `cat >${FOLDER}/.new && mv ${FOLDER}/.new ${FOLDER}/${name}`,
      manifest({ image, ...variation }),
    );
  const all = () => mainProcesses(up.lab, NODE);
  const gone = () => until(() => all().length === 0);
  /** It has no pod any more, and ends none: a new one of the same name starts at once. */
  const forgotten = async () => {
    await gone();
    await until(() => contentOf(`${up.lab.proc(NODE)}/root/run/lab/kubelet.pods`) === '');
  };
  const running = (other?: MainProcess) =>
    until<MainProcess>(async () => {
      const [one, second] = all();
      if (one === undefined || second !== undefined) return false;
      return one.container !== other?.container && (await takesSigterm(one)) && one;
    });
  /** The first process of a container gets no signal that it has no handler for: pid_namespaces(7). */
  const takesSigterm = async ({ pid }: MainProcess) =>
    (await sh(`grep -E '^Sig(Blk|Cgt):.*[4-7c-f].{3}$' /proc/${pid}/status; true`)) !== '';
  const started = async (variation?: Partial<Variation>) => {
    await rename(variation);
    return (await running()).answer;
  };
  /** The lines of the stand-in's console with this in them, since the test began. */
  const said = async (words: string) =>
    (await linesOfConsole())
      .slice(earlier)
      .filter((line) => line.includes(words))
      .map((line) => `${line}\n`)
      .join('');
  const linesOfConsole = async () => (await readFile(up.lab.console(NODE), 'utf8')).split('\n');
  let earlier = 0;

  beforeAll(async () => {
    image = imageOf(up.lab);
    // keepalived sends from the link's own address, and stays at fault when that is not there yet.
    await until(async () => (await sh('ip -6 addr show dev srvc0 tentative')) === '');
  });
  beforeEach(async () => {
    await sh(`mkdir -p /etc/keepalived; rm -f ${FOLDER}/*`);
    await gone();
    await sh('rm -rf /etc/keepalived/*; cat >/etc/keepalived/keepalived.conf', CONFIGURATION);
    await forgotten();
    await until(async () => (await sh('podman ps -aq')) === '');
    earlier = (await linesOfConsole()).length - 1;
  });

  test('a pod is found from the host, with its log, its disk and its identity', async () => {
    const { pid, podUid, container } = await started();
    expect(podUid).toMatch(/^[0-9a-f]{32}$/);
    expect(await sh('podman ps -q --no-trunc')).toBe(`${container}\n`);
    expect(await sh(`ls -R /var/log/pods/fabric_keepalived-node1_${podUid}`)).toContain('0.log');
    expect(await sh(`cat /proc/${pid}/root/etc/keepalived/keepalived.conf`)).toBe(CONFIGURATION);
    const log = `/var/log/pods/fabric_keepalived-node1_${podUid}/keepalived/0.log`;
    await sh(`kill -HUP ${pid}`);
    await until(async () => (await sh(`cat ${log}`)).includes('Reload'));
    await until(async () =>
      (await sh('ip -6 -o addr show dev srvc0')).includes('fd02:9a01::1/128'),
    );
  });

  test('the same manifest again restarts nothing, a comment neither', async () => {
    const before = await started();
    await rename();
    const again = `cat >${FOLDER}/.new && mv ${FOLDER}/.new ${FOLDER}/keepalived.yaml`;
    await sh(again, `# the same\n${manifest({ image })}`);
    await sh('sleep 2.5');
    expect(all()).toEqual([before]);
  });

  test('a changed manifest ends the pod at once, and starts it 10 to 15 s later', async () => {
    const before = await started();
    await rename({ argument: '--log-detail' });
    await gone();
    const { answer } = await running();
    expect(answer.podUid).not.toBe(before.podUid);
    expect(await said('queued again')).toMatch(
      /^kubelet: keepalived-node1_fabric: queued again for 1[0-5] s\n$/,
    );
  });

  test('a manifest that is put back when the pod is gone starts at once', async () => {
    await started();
    await sh(`rm ${FOLDER}/keepalived.yaml`);
    await forgotten();
    await rename({ argument: '--log-detail' });
    await running();
    expect(await said('queued again')).toBe('');
  });

  test('a pod that ends by itself comes as a new container, the second time only after a while', async () => {
    const first = await started();
    await sh(`kill -KILL ${first.pid}`);
    const second = await running(first);
    await sh(`kill ${second.answer.pid}`);
    const third = await running(second.answer);
    expect(await said('died')).toBe(
      [
        'kubelet: keepalived-node1_fabric: container 0 died, back-off 1 s\n',
        'kubelet: keepalived-node1_fabric: container 1 died, back-off 14 s\n',
      ].join(''),
    );
    expect(new Set([first, second.answer, third.answer].map(({ podUid }) => podUid)).size).toBe(1);
    expect(await sh(`ls /var/log/pods/*${first.podUid}/keepalived`)).toBe('0.log\n1.log\n2.log\n');
  });

  test('a manifest that does not parse ends the pod at the next rescan', async () => {
    await started();
    await sh(`echo 'kind: [' >${FOLDER}/.new; mv ${FOLDER}/.new ${FOLDER}/keepalived.yaml`);
    await gone();
    expect(await said('could not process')).toMatch(
      /^kubelet: could not process manifest file \/etc\/kubernetes\/manifests\/keepalived.yaml: /,
    );
  });

  test('a missing hostPath of type File is waited for; without a type it becomes a folder', async () => {
    await sh('mv /etc/keepalived/keepalived.conf /etc/keepalived/later');
    await rename({ hostPathType: 'File' });
    await sh('sleep 0.5');
    expect([all(), await sh('ls /etc/keepalived')]).toEqual([[], 'later\n']);
    await sh('mv /etc/keepalived/later /etc/keepalived/keepalived.conf');
    await running();

    await sh(`rm ${FOLDER}/keepalived.yaml`);
    await forgotten();
    await sh('rm /etc/keepalived/keepalived.conf');
    await rename();
    await until(
      async () => (await sh('stat -c %F /etc/keepalived/keepalived.conf')) === 'directory\n',
    );
  });

  test('a kubelet that comes back finds its pod, and ends one whose manifest went meanwhile', async () => {
    const before = await started();
    // Its process is there a moment before podman says that the container runs.
    await until(async () => (await sh('podman ps -q')) !== '');
    await sh('kill -KILL $(pgrep -x kubelet)');
    await up.lab.startKubelet(NODE);
    await sh('sleep 0.5');
    expect(all()).toEqual([before]);
    await sh(`kill -KILL $(pgrep -x kubelet); rm ${FOLDER}/keepalived.yaml`);
    await up.lab.startKubelet(NODE);
    await gone();
  });

  test('an image is taken by its digest or its ID, and Never is never a pull', async () => {
    const [digest = '', id = ''] = (
      await sh(
        "podman image inspect --format '{{index .RepoDigests 0}} {{.Id}}' $(podman images -q)",
      )
    )
      .trim()
      .split(' ');
    for (const name of [digest, id, `sha256:${id}`]) {
      await started({ image: name, pullPolicy: 'Never' });
      await sh(`rm ${FOLDER}/*`);
      await forgotten();
    }
    await rename({ image: '10.77.0.1:5000/keepalived:other', pullPolicy: 'Never' });
    await sh('sleep 0.5');
    expect(all()).toEqual([]);
  });
}
