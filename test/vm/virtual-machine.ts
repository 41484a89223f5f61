import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Host } from '#engine/model/host.ts';
import { startOf } from '#engine/model/host.ts';

const MAKE_DISK = fileURLToPath(new URL('make-disk.sh', import.meta.url));
const NAME = 'vm';
/** Without KVM the kernel and systemd take a minute and more. */
const BOOT_MS = 900_000;

/** A machine of its own kernel, whose first process is systemd, reached on loopback alone. */
export class VirtualMachine implements AsyncDisposable {
  readonly host: Host;
  readonly folder: string;
  readonly #port: number;
  readonly #qemu: ReturnType<typeof spawn>;

  /** Makes and boots one, and waits until it has come up. */
  static async boot(): Promise<VirtualMachine> {
    const folder = mkdtempSync(join(tmpdir(), 'rota-vm-'));
    const key = join(folder, 'id');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    execFileSync('sh', [MAKE_DISK, folder, `${key}.pub`], { stdio: 'inherit' });
    const vm = new VirtualMachine(folder, await freePort());
    await vm.up();
    return vm;
  }

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.#port = port;
    const hostKey = readFileSync(join(folder, 'host-key.pub'), 'utf8');
    writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}`);
    const log = openSync(join(folder, 'qemu.log'), 'a');
    this.#qemu = spawn('qemu-system-x86_64', argumentsOf(folder, port), {
      stdio: ['ignore', log, log],
    });
    this.host = {
      name: NAME,
      groups: [],
      variables: new Map(),
      connection: {
        transport: 'ssh',
        address: '127.0.0.1',
        port,
        user: 'root',
        keyFile: join(folder, 'id'),
        sshArguments: ['-o', `UserKnownHostsFile=${join(folder, 'known_hosts')}`],
      },
      origin: startOf('inventory'),
    };
  }

  /** Waits until systemd has started all that it starts. */
  async up(): Promise<void> {
    const until = performance.now() + BOOT_MS;
    while (this.#ssh('systemctl is-system-running --wait').status !== 0) {
      if (this.#qemu.exitCode !== null) throw new Error(this.#log());
      if (performance.now() > until) throw new Error(`It did not come up: ${this.#log()}`);
      await delay(2000);
    }
  }

  /** Runs sh on it, and requires that it goes well. */
  sh(script: string): string {
    const { status, stdout, stderr } = this.#ssh(`set -eu\n${script}`);
    if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#qemu, 'exit');
    if (this.#qemu.exitCode === null && this.#qemu.kill('SIGKILL')) await ended;
    rmSync(this.folder, { recursive: true });
  }

  #ssh(script: string) {
    const { folder } = this;
    const options = ['BatchMode=yes', 'ConnectTimeout=20'].flatMap((option) => ['-o', option]);
    const known = ['-o', `UserKnownHostsFile=${join(folder, 'known_hosts')}`];
    const way = ['-i', join(folder, 'id'), '-p', String(this.#port), 'root@127.0.0.1', 'sh -s'];
    return spawnSync('ssh', ['-F', 'none', ...options, ...known, ...way], {
      input: script,
      encoding: 'utf8',
    });
  }

  #log(): string {
    return ['qemu.log', 'serial.log']
      .map((name) => spawnSync('tail', [join(this.folder, name)], { encoding: 'utf8' }).stdout)
      .join('');
  }
}

function argumentsOf(folder: string, port: number): readonly string[] {
  const file = (name: string) => join(folder, name);
  return [
    ...['-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1024'],
    ...['-nodefaults', '-display', 'none', '-serial', `file:${file('serial.log')}`],
    ...['-kernel', file('vmlinuz'), '-initrd', file('initrd')],
    ...['-append', 'root=/dev/vda rw console=ttyS0 quiet mitigations=off'],
    ...['-drive', `file=${file('disk')},if=virtio,format=raw,cache=unsafe`],
    ...['-netdev', `user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
    ...['-device', 'virtio-net-pci,netdev=n', '-device', 'virtio-rng-pci'],
  ];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
