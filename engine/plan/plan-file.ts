import { Failure } from '#engine/model/failure.ts';
import { keyedHash, openHash } from './hashes.ts';
import { PLAN_FORMAT, PlanFile, type SavedPlan } from './saved-plan.ts';

/** A plan as it was read, which may still be somebody else's. */
export interface ReadPlan {
  readonly plan: SavedPlan;
  /** Whether it was written with this key and is as it was written. */
  isSealedWith(key: Buffer): boolean;
}

/** The text of a plan file. */
export function writePlan(plan: SavedPlan, key: Buffer): string {
  const file = {
    rotaPlan: PLAN_FORMAT,
    plan,
    sha256: openHash(plan),
    seal: sealOf(plan, key),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Reads the text of a plan file. Throws a Failure for one that is damaged, edited or another's format. */
export function readPlan(text: string, path: string): ReadPlan {
  const data = parseJson(text, path);
  const format = formatOf(data);
  if (format !== PLAN_FORMAT) throw format === undefined ? noPlan(path) : otherFormat(format, path);
  const file = PlanFile.safeParse(data);
  if (!file.success) throw damaged(path);
  const { plan, sha256, seal } = file.data;
  if (openHash(plan) !== sha256) throw damaged(path);
  return { plan, isSealedWith: (key) => sealOf(plan, key) === seal };
}

function sealOf(plan: SavedPlan, key: Buffer): string {
  return keyedHash(key, ['seal'], plan);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noPlan(path);
  }
}

function formatOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'rotaPlan' in data
    ? data.rotaPlan
    : undefined;
}

function noPlan(path: string): Failure {
  return new Failure('The file is no saved plan, or only a part of one', {
    where: path,
    fix: NEW_PLAN,
  });
}

function otherFormat(format: unknown, path: string): Failure {
  return new Failure('The plan was saved in a format that this rota does not know', {
    where: path,
    ran: `format ${JSON.stringify(format)}, not ${PLAN_FORMAT}`,
    fix: NEW_PLAN,
  });
}

function damaged(path: string): Failure {
  return new Failure('The plan was changed after it was saved', { where: path, fix: NEW_PLAN });
}

/** How every plan that cannot be used is mended. */
export const NEW_PLAN = 'Save a new one: npm run deploy -- INVENTORY --plan-out FILE';
