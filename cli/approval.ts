import { Failure } from '#engine/model/failure.ts';
import { compareHosts, type DriftedTask } from '#engine/plan/compare-hosts.ts';
import { NEW_PLAN } from '#engine/plan/plan-file.ts';
import { saveHost } from '#engine/plan/saved-host.ts';
import type { SavedHost, SavedPlan } from '#engine/plan/saved-plan.ts';
import type { Paint } from '#engine/report/paint.ts';
import type { RunEvent } from '#engine/run/events.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { markUnused, markUsed, usedAt } from './saved-plans.ts';

/** Whether a saved plan may be applied, judged by what is on the hosts now. */
export class Approval {
  readonly #plan: SavedPlan;
  readonly #key: Buffer;
  readonly #usedOnHosts: string | undefined;
  #drift: readonly Drift[] = [];
  #note = '';
  #marked = false;
  #begun = false;

  /** `usedOnHosts`: when the plan was applied, as far as the hosts know. */
  constructor(plan: SavedPlan, key: Buffer, usedOnHosts?: string) {
    this.#plan = plan;
    this.#key = key;
    this.#usedOnHosts = usedOnHosts;
  }

  /** Why nothing is to be changed on any host. None: what is planned now is what was planned then, or is done. */
  async judge(plans: readonly HostPlan[]): Promise<readonly Failure[]> {
    const seal = { key: this.#key, planId: this.#plan.id };
    const now = plans.map((plan) => saveHost(plan, seal));
    const missing = this.#plan.hosts.filter(({ host }) => !now.some((plan) => plan.host === host));
    if (missing.length > 0) return missing.map(notLookedAt);
    const used = await this.#used();
    if (!now.some(changes) && (used !== undefined || this.#plan.hosts.some(changes))) {
      this.#note = `${used === undefined ? 'What the plan says was done by others' : `The plan was done: it was applied at ${used}`}, and the hosts are as it says.`;
      return [];
    }
    this.#drift = driftOf(this.#plan.hosts, now);
    if (used !== undefined) return [usedBefore(used), ...this.#drift.map(drifted)];
    if (this.#drift.length > 0) return this.#drift.map(drifted);
    this.#marked ||= await markUsed(this.#plan.id, new Date());
    return this.#marked ? [] : [usedBefore('this very moment')];
  }

  /** When it was used, but for this run's own mark: it may be asked twice. */
  async #used(): Promise<string | undefined> {
    return this.#usedOnHosts ?? (this.#marked ? undefined : await usedAt(this.#plan.id));
  }

  onEvent({ type }: RunEvent): void {
    if (type === 'taskStarted') this.#begun = true;
  }

  /** A plan of which nothing was begun can still be used. */
  async end(): Promise<void> {
    if (this.#marked && !this.#begun) await markUnused(this.#plan.id);
  }

  /** What differs, host by host, and what else there is to say, as blocks of text. */
  async texts(paint: Paint): Promise<readonly string[]> {
    if (this.#drift.length === 0) return [this.#note];
    const { formatDrift } = await import('#engine/report/plan.ts');
    return [...this.#drift.map(({ host, tasks }) => formatDrift(host, tasks, paint)), this.#note];
  }
}

interface Drift {
  readonly host: string;
  readonly tasks: readonly DriftedTask[];
}

function driftOf(saved: readonly SavedHost[], now: readonly SavedHost[]): readonly Drift[] {
  const drift = now.map((plan) => {
    const then = saved.find(({ host }) => host === plan.host);
    return { host: plan.host, tasks: compareHosts(then ?? { ...plan, stages: [] }, plan) };
  });
  return drift.filter(({ tasks }) => tasks.length > 0);
}

function changes({ stages }: SavedHost): boolean {
  return stages.flat().some(({ fields }) => fields.length > 0);
}

function notLookedAt({ host }: SavedHost): Failure {
  return new Failure('Nothing was changed, since a host of the plan could not be looked at', {
    where: host,
    fix: 'Mend the host, and apply the plan again.',
  });
}

function drifted({ host, tasks }: Drift): Failure {
  return new Failure('The host no longer is what the plan saw', {
    kind: 'drift',
    where: host,
    output: tasks
      .map(({ title, fields }) => `${title}: ${fields.map(({ name }) => name).join(', ')}`)
      .join('\n'),
    fix: `Nothing was changed on any host. See above what differs. ${NEW_PLAN}`,
  });
}

function usedBefore(when: string): Failure {
  return new Failure('The plan was used before, and the hosts are not as it left them', {
    kind: 'drift',
    ran: `applied at ${when}`,
    fix: `Nothing was changed on any host. ${NEW_PLAN}`,
  });
}
