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
  /** What each file had when a pod was last read from it. */
  readonly #read = new Map<string, { readonly text: string; readonly pod: StaticPod }>();
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
      this.#pods.delete(this.#read.get(file)?.pod.fullName ?? '');
      this.#read.delete(file);
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
    const before = this.#read.get(file);
    if (before?.text === text) return before.pod;
    try {
      const pod = parsePod(text, file);
      this.#read.set(file, { text, pod });
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
