import { CAREFUL } from '#engine/model/rollout.ts';
import type { FieldChange } from '#engine/model/state.ts';
import type { SavedHost, SavedPlan } from '#engine/plan/saved-plan.ts';
import type { HostPlan } from '#engine/run/plan.ts';

export const KEY = Buffer.alloc(32, 7);
export const SEAL = { key: KEY, planId: '0123456789abcdef' };

export function hostPlan(
  tasks: Readonly<Record<string, readonly FieldChange[]>>,
  more: Partial<HostPlan> = {},
): HostPlan {
  const stage = Object.entries(tasks).map(([title, fields]) => ({ title, fields, commands: [] }));
  return { host: 'node1', stages: [stage], state: 'a'.repeat(64), ...more };
}

export function savedPlan(hosts: readonly SavedHost[]): SavedPlan {
  return {
    id: SEAL.planId,
    created: '2026-11-24T10:00:00.000Z',
    by: { user: 'ada', machine: 'desk' },
    rota: { version: '0.1.0', node: 'v24.0.0', code: 'c0de' },
    playbook: { name: 'deploy', command: 'deploy' },
    inventory: { paths: ['inventory/prod.yaml'], hash: 'b'.repeat(64) },
    targets: hosts.map(({ host }) => host),
    rollout: CAREFUL,
    hosts: [...hosts],
  };
}
