import { readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { parsePod, type StaticPod } from './pod.ts';

const FOLDER = '/etc/kubernetes/manifests';

/**
 * The pods of the manifest folder, as a real kubelet takes them from it: an event about a file counts
 * at once, a rescan counts them all anew, and then the last of the same name wins. A file that does
 * not parse is only missed by the rescan.
 */
export class Manifests {
  #pods = new Map<string, StaticPod>();
  readonly #changed: () => void;

  constructor(changed: () => void, rescanMs: number) {
    this.#changed = changed;
    this.#rescan();
    setInterval(() => this.#rescan(), rescanMs);
    watch(FOLDER, (_, name) => {
      if (name !== null && !name.startsWith('.')) this.#see(join(FOLDER, name));
    });
  }

  get pods(): readonly StaticPod[] {
    return [...this.#pods.values()];
  }

  #see(file: string): void {
    const text = readIfThere(file);
    if (text === undefined) {
      for (const [name, pod] of this.#pods) if (pod.file === file) this.#pods.delete(name);
    } else {
      const pod = tryParse(text, file);
      if (pod !== undefined) this.#pods.set(pod.fullName, pod);
    }
    this.#changed();
  }

  #rescan(): void {
    const files = readdirSync(FOLDER).filter((name) => !name.startsWith('.'));
    const pods = files.toSorted().flatMap((name) => {
      const file = join(FOLDER, name);
      return tryParse(readIfThere(file) ?? '', file) ?? [];
    });
    this.#pods = new Map(pods.map((pod) => [pod.fullName, pod]));
    this.#changed();
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function tryParse(text: string, file: string): StaticPod | undefined {
  try {
    return parsePod(text, file);
  } catch (error) {
    console.error(`kubelet: could not process manifest file ${file}: ${(error as Error).message}`);
    return undefined;
  }
}
