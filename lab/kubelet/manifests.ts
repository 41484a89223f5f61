import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
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
  /** The pod's name that was last read from each file. */
  readonly #names = new Map<string, string>();
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
      // Also when another file's pod has the name by now: a backup that is removed takes it along.
      this.#pods.delete(this.#names.get(file) ?? '');
      this.#names.delete(file);
    } else {
      const pod = this.#parse(text, file);
      if (pod !== undefined) this.#pods.set(pod.fullName, pod);
    }
    this.#changed();
  }

  #rescan(): void {
    const pods = filesOf(FOLDER)
      .toSorted()
      .flatMap((name) => {
        const file = join(FOLDER, name);
        return this.#parse(readIfThere(file) ?? '', file) ?? [];
      });
    this.#pods = new Map(pods.map((pod) => [pod.fullName, pod]));
    this.#changed();
  }

  #parse(text: string, file: string): StaticPod | undefined {
    try {
      const pod = parsePod(text, file);
      this.#names.set(file, pod.fullName);
      return pod;
    } catch (error) {
      console.error(
        `kubelet: could not process manifest file ${file}: ${(error as Error).message}`,
      );
      return undefined;
    }
  }
}

function filesOf(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
