import { redact } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { Digest, type FieldChange, Pending, type Scalar } from '#engine/model/state.ts';
import type { PlannedTask } from '#engine/model/task.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { keyedHash } from './hashes.ts';
import type { SavedField, SavedHost, SavedSide, SavedTask } from './saved-plan.ts';

/** What the hashes of a plan are made with: the same secret has another hash in another plan. */
export interface Seal {
  readonly key: Buffer;
  readonly planId: string;
}

/** A host's part of a plan as plain data. Whatever may hold a secret is in it as a keyed hash only. */
export function saveHost({ host, stages, state, impact }: HostPlan, seal: Seal): SavedHost {
  return {
    host,
    stages: stages.map((tasks) => tasks.map((task) => saveTask(task, [host], seal))),
    state: hashed(seal, ['state', host], state),
    impact,
  };
}

function saveTask(task: PlannedTask, place: readonly string[], seal: Seal): SavedTask {
  const { fields, commands } = task;
  const title = redact(task.title);
  const here = [...place, title];
  return {
    title,
    fields: fields.map((field) => saveField(field, here, seal)),
    commands: hashed(seal, ['commands', ...here], commands),
  };
}

/** Where one side is a secret both are hidden: what is on the host is the secret of yesterday. */
function saveField(
  { name, before, after }: FieldChange,
  place: readonly string[],
  seal: Seal,
): SavedField {
  const isSecret = before instanceof Secret || after instanceof Secret;
  const side = (value: Scalar): SavedSide =>
    isSecret ? hidden(value, [...place, name], seal) : shown(value);
  return { name, before: before === undefined ? undefined : side(before), after: side(after) };
}

function shown(value: Scalar): SavedSide {
  if (value instanceof Secret) throw new Error('A secret has no place in a plan file');
  if (value instanceof Digest) return { bytes: value.bytes, sha256: value.sha256 };
  return value instanceof Pending ? { pending: value.preview, reason: value.reason } : { value };
}

function hidden(value: Scalar, place: readonly string[], seal: Seal): SavedSide {
  const text = value instanceof Secret ? value.reveal() : value;
  return {
    secret: hashed(seal, ['value', ...place], text),
    long: typeof text === 'string' && text.includes('\n'),
  };
}

function hashed({ key, planId }: Seal, about: readonly string[], data: unknown): string {
  return keyedHash(key, [planId, ...about], data);
}

/** A saved plan of a host, as a dry run has it to show. Secrets are empty, and nothing can be run. */
export function showHost({ host, stages, impact }: SavedHost): Omit<HostPlan, 'state'> {
  return {
    host,
    stages: stages.map((tasks) =>
      tasks.map(({ title, fields }) => ({
        title,
        fields: fields.map(({ name, before, after }) => ({
          name,
          before: before && showSide(before),
          after: showSide(after),
        })),
        commands: [],
      })),
    ),
    impact,
  };
}

/** A secret only keeps whether it has lines, which decides how its change is told. */
export function showSide(side: SavedSide): Scalar {
  if ('value' in side) return side.value;
  if ('sha256' in side) return new Digest(side.bytes, side.sha256);
  if ('pending' in side) return new Pending(side.pending, side.reason);
  return new Secret(side.long ? '\n' : '');
}
