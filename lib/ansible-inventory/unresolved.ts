import { Failure } from '#engine/model/failure.ts';
import { formatOrigin, type Origin } from '#engine/model/host.ts';

/** An expression without a result, or a secret that cannot be had; thrown where the value is used. */
export class Unresolved extends Failure {
  readonly origin: Origin;

  constructor(what: string, origin: Origin, fix: string) {
    super(what, { where: formatOrigin(origin), fix });
    this.origin = origin;
  }
}

/** An expression that needs what is not defined: a default in another one may take its place. */
export class Missing extends Unresolved {}
