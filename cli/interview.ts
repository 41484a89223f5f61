import { Failure } from '#engine/model/failure.ts';
import { type NewRing, QUESTIONS, type Question } from '#playbooks/new-ring.ts';
import type { Asker } from './ask-line.ts';
import type { GivenAnswers, GivenHost } from './given-answers.ts';
import type { NewRingCheck } from './new-ring-check.ts';

/** What came out of it: a ring, what is wrong with the answers given, and which were not given. */
export interface Interviewed {
  readonly ring: NewRing;
  readonly problems: readonly Failure[];
  /** Flags. */
  readonly missing: readonly string[];
}

/** One answer that is to be had. */
interface Item {
  readonly flag: string;
  readonly text: string;
  readonly host?: string;
  readonly given: string | undefined;
  readonly fallback: string | undefined;
  /** Answers to the same question, which this one must differ from. */
  readonly taken?: readonly string[];
  /** The ring with this answer, and with as little else as can be. */
  readonly alone: (answer: string) => { readonly host: string; readonly ring: NewRing };
}

/** Goes through the questions, with the answers given; the others are asked where there is a terminal. */
export class Interview {
  readonly #given: GivenAnswers;
  readonly #check: NewRingCheck;
  readonly #asker: Asker | undefined;
  /** What was answered last, to be offered when all is asked again. */
  readonly #answers = new Map<string, string>();
  #hosts: readonly GivenHost[];
  #again = false;
  #problems: Failure[] = [];
  #missing: string[] = [];

  constructor(given: GivenAnswers, check: NewRingCheck, asker?: Asker) {
    this.#given = given;
    this.#check = check;
    this.#asker = asker;
    this.#hosts = given.hosts;
  }

  /** A second time, the answers of the first are what an empty line stands for. */
  async run(): Promise<Interviewed> {
    this.#problems = [];
    this.#missing = [];
    let ring = await this.#namedHosts();
    for (const question of QUESTIONS) {
      if (!question.isNeedless?.(ring)) ring = await this.#put(question, ring);
    }
    this.#again = true;
    return { ring, problems: this.#problems, missing: [...new Set(this.#missing)] };
  }

  async #namedHosts(): Promise<NewRing> {
    const named: GivenHost[] = [];
    const asks = this.#asker !== undefined && (this.#again || this.#hosts.length === 0);
    if (!asks && this.#hosts.length === 0) this.#missing.push('--host');
    for (;;) {
      const known = this.#hosts[named.length];
      if (!asks && known === undefined) break;
      const taken = named.map((host) => host.name);
      const name = await this.#hostName(taken, asks, known);
      if (name === '') break;
      const address = await this.#address(name, asks, known);
      named.push({ ...known, name, address });
    }
    this.#hosts = named;
    const hosts = named.map(
      ({ name, address }) => [name, reachedAt(name, address ?? name)] as const,
    );
    return { hosts: new Map(hosts), variables: {} };
  }

  async #hostName(taken: readonly string[], asks: boolean, known?: GivenHost): Promise<string> {
    const number = taken.length + 1;
    const more = number === 1 ? '' : ', or nothing when there are no more';
    const answer = await this.#answer(
      {
        flag: 'host',
        text: `Name of host ${number}${more}`,
        given: asks ? undefined : known?.name,
        fallback: known?.name ?? (number === 1 ? undefined : ''),
        taken,
        alone: (host) => ({ host, ring: { hosts: new Map([[host, {}]]), variables: {} } }),
      },
      asks,
    );
    return answer ?? '';
  }

  async #address(name: string, asks: boolean, known?: GivenHost): Promise<string> {
    const answer = await this.#answer(
      {
        flag: 'host',
        text: `Address to reach ${name} at`,
        given: asks ? undefined : known?.address,
        fallback: known?.address ?? name,
        alone: (address) => ({
          host: name,
          ring: { hosts: new Map([[name, reachedAt(name, address)]]), variables: {} },
        }),
      },
      asks,
    );
    return answer ?? name;
  }

  async #put(question: Question, ring: NewRing): Promise<NewRing> {
    if (question.ofHost === undefined) {
      const answer = await this.#answerTo(question, ring);
      if (answer === undefined) return ring;
      return { ...ring, variables: { ...ring.variables, ...question.variables(answer) } };
    }
    const hosts = new Map(ring.hosts);
    for (const host of this.#hosts) {
      const answer = await this.#answerTo(question, ring, host);
      if (answer === undefined) continue;
      hosts.set(host.name, { ...hosts.get(host.name), ...question.variables(answer) });
    }
    return { ...ring, hosts };
  }

  async #answerTo(
    question: Question,
    ring: NewRing,
    host?: GivenHost,
  ): Promise<string | undefined> {
    const { flag, ofHost } = question;
    const key = `${flag} ${ofHost ?? ''} ${host?.name ?? ''}`;
    const given = ofHost === undefined ? this.#given.flags[flag] : host?.[ofHost];
    const item: Item = {
      flag,
      text: question.text.replace('HOST', () => host?.name ?? ''),
      given: this.#again ? undefined : given,
      fallback: this.#answers.get(key) ?? question.fallback?.(ring, host?.name),
      alone: (answer) => aloneWith(question, answer, host?.name ?? 'node1'),
      ...(host === undefined ? {} : { host: host.name }),
    };
    const answer = await this.#answer(item, this.#asker !== undefined);
    if (answer !== undefined) this.#answers.set(key, answer);
    return answer;
  }

  async #answer(item: Item, asks: boolean): Promise<string | undefined> {
    if (item.given !== undefined || !asks) return await this.#take(item);
    for (;;) {
      const answer = (await this.#asker?.line(item.text, item.fallback)) ?? '';
      const [reason] = await this.#reasons(item, answer);
      if (reason === undefined) return answer;
      this.#asker?.refuse(reason);
    }
  }

  async #take(item: Item): Promise<string | undefined> {
    const answer = item.given ?? item.fallback;
    if (answer === undefined) {
      this.#missing.push(`--${item.flag}`);
      return undefined;
    }
    for (const reason of await this.#reasons(item, answer)) {
      const where = `--${item.flag} ${answer}`;
      const fix = /[.!?]$/.test(reason) ? reason : `${reason}.`;
      this.#problems.push(new Failure('An answer cannot be used', { where, fix }));
    }
    return answer;
  }

  async #reasons(item: Item, answer: string): Promise<readonly string[]> {
    if (answer === '') return item.fallback === '' ? [] : ['an answer is needed'];
    if (item.taken?.includes(answer)) return ['another host has that name already'];
    const { host, ring } = item.alone(answer);
    return await this.#check.reasons(host, ring);
  }
}

function reachedAt(name: string, address: string) {
  return address === name ? {} : { ansible_host: address };
}

function aloneWith({ ofHost, variables }: Question, answer: string, host: string) {
  const own = variables(answer);
  const ring: NewRing =
    ofHost === undefined
      ? { hosts: new Map([[host, {}]]), variables: own }
      : { hosts: new Map([[host, own]]), variables: {} };
  return { host, ring };
}
