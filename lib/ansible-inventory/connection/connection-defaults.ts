import type { Become, Connection } from '#engine/model/host.ts';
import type { Secret } from '#engine/model/secret.ts';

/** What holds for every host whose variables say nothing else; as Ansible takes its own flags. */
export interface ConnectionDefaults extends BecomeDefaults {
  /** For hosts that are reached over SSH. */
  readonly transport?: Extract<Connection['transport'], 'openssh'> | undefined;
  /** To log in with. */
  readonly loginPassword?: Secret | undefined;
}

export interface BecomeDefaults {
  readonly become?: boolean | undefined;
  readonly method?: Become['method'] | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
}
