import { Experiments, type Tried } from './experiments.ts';
import type { Ground } from './ground.ts';
import type { Breach, Judgement, PromiseName, Proof } from './promises.ts';
import { smallestCase } from './smallest-case.ts';
import { titlesIn } from './told.ts';

export interface ProveInput {
  readonly playbook: string;
  readonly ground: Ground;
  /** How many runs are killed. */
  readonly kills: number;
  /** Chooses when. */
  readonly seed: number;
  /** Whether there is a secret that could be left behind. */
  readonly hasSecrets: boolean;
  /** Is told of each promise once it was tried. */
  onJudged(judgement: Judgement): void;
}

/** So many times with fewer tasks, at most, for a promise that is broken. */
const MOST_TRIES = 24;

/** Whether a promise is broken without some tasks. */
type Breaks = (without: readonly string[]) => Promise<boolean>;

/** Tries all that a playbook promises. */
export async function prove(input: ProveInput): Promise<Proof> {
  const { playbook, ground, seed, kills } = input;
  const experiments = new Experiments(input);
  const judge = new Judge(input);
  const dry = await experiments.dryRun();
  judge.tasks = titlesIn(dry.course);
  await judge.say('dry-run', dry.breaches, async (without) =>
    isAny((await experiments.dryRun(without)).breaches),
  );
  const tried = await experiments.run();
  judge.tasks = [...new Set([...judge.tasks, ...titlesIn(tried.course)])];
  if (isAny(tried.breaches)) {
    const isOfTasks = tried.breaches.some(({ tasks }) => tasks.length > 0);
    const breaks: Breaks = async (without) => isSame(tried, await experiments.run(without));
    await judge.say('converges', tried.breaches, isOfTasks ? breaks : undefined);
    judge.skip(['second-run', 'secrets', 'killed', 'undo'], 'the run does not converge');
  } else await proveConverged(input, experiments, judge, tried);
  return { playbook, hosts: ground.hosts, tasks: judge.tasks, seed, kills, judgements: judge.all };
}

/** What can be tried of a playbook that converges; `tried` is how, and the hosts are as it has left them. */
async function proveConverged(
  { hasSecrets }: ProveInput,
  experiments: Experiments,
  judge: Judge,
  tried: Tried,
): Promise<void> {
  const again = await experiments.secondRun(tried);
  const left = hasSecrets ? experiments.secrets(tried) : [];
  await judge.say('converges', []);
  const afterRun =
    (next: (one: Tried, without: readonly string[]) => Promise<readonly Breach[]>): Breaks =>
    async (without) => {
      const one = await experiments.run(without);
      return !isAny(one.breaches) && isAny(await next(one, without));
    };
  await judge.say(
    'second-run',
    again,
    afterRun((one, without) => experiments.secondRun(one, without)),
  );
  if (hasSecrets)
    await judge.say(
      'secrets',
      left,
      afterRun(async (one) => experiments.secrets(one)),
    );
  else judge.skip(['secrets'], 'the inventory has none');
  if (isAny(again)) judge.skip(['killed'], 'a second run changes something');
  else {
    const killed = await experiments.killed(tried);
    await judge.say(
      'killed',
      killed,
      afterRun((one, without) => experiments.killed(one, without)),
    );
  }
  const undo = await experiments.undo();
  await judge.say('undo', undo, async (without) => isAny(await experiments.undo(without)));
}

function isAny(breaches: readonly Breach[]): boolean {
  return breaches.length > 0;
}

/** Whether one of two runs fails as the other does: one may fail for want of a task, too. */
function isSame(one: Tried, other: Tried): boolean {
  const texts = new Set(one.breaches.map(({ what }) => what));
  return other.breaches.some(({ what }) => texts.has(what));
}

/** Collects what came of each promise, with the smallest case of what is broken. */
class Judge {
  readonly all: Judgement[] = [];
  tasks: readonly string[] = [];
  readonly #input: ProveInput;

  constructor(input: ProveInput) {
    this.#input = input;
  }

  skip(promises: readonly PromiseName[], untried: string): void {
    for (const promise of promises) this.#add({ promise, breaches: [], untried });
  }

  /** Without `breaks` it is no matter of the tasks. */
  async say(promise: PromiseName, breaches: readonly Breach[], breaks?: Breaks): Promise<void> {
    if (breaches.length === 0 || !breaks) return this.#add({ promise, breaches });
    const all = this.tasks;
    const smallest = await smallestCase({
      all,
      suspects: [...new Set(breaches.flatMap(({ tasks }) => tasks))],
      most: MOST_TRIES,
      breaks: async (tasks) => await breaks(all.filter((title) => !tasks.includes(title))),
    });
    this.#add({ promise, breaches, smallest });
  }

  #add(judgement: Judgement): void {
    this.all.push(judgement);
    this.#input.onJudged(judgement);
  }
}
