import { Secret } from '#engine/model/secret.ts';
import { Pending, type Scalar } from '#engine/model/state.ts';
import type { HostPlan } from '../run/plan.ts';
import type { SavedHost, SavedSide } from './saved-plan.ts';

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
    ...(impact === undefined ? {} : { impact }),
  };
}

/** A secret only keeps whether it has lines, which decides how its change is told. */
export function showSide(side: SavedSide): Scalar {
  if ('value' in side) return side.value;
  if ('pending' in side) return new Pending(side.pending, side.reason);
  return new Secret(side.long ? '\n' : '');
}
