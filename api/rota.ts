/** What playbooks, tasks and checks are written with. */
export { z } from 'zod';
export { Answers } from '#engine/model/answers.ts';
export type { Check, Finding, Sample } from '#engine/model/check.ts';
export type {
  Command,
  Feed,
  Folder,
  Remove,
  RunCommand,
  Save,
  SymbolicLink,
  Write,
} from '#engine/model/command.ts';
export { Failure, type FailureDetails, type FailureKind, Failures } from '#engine/model/failure.ts';
export type { Host, Variable } from '#engine/model/host.ts';
export {
  type GateStep,
  type HostShell,
  type LocalContext,
  type Member,
  type Playbook,
  playbook,
  type RingNode,
  type Rollout,
  type Schema,
  type ScriptContext,
  type ShellCommand,
  type ShellOutput,
  type Stages,
  type TaskContext,
  type VerifyScope,
} from '#engine/model/playbook.ts';
export type { Facts, Output, Read, Reads } from '#engine/model/read.ts';
export type { Impact, Phase, RingPlan, RolloutOptions, Watch } from '#engine/model/rollout.ts';
export { reveal, Secret, type Text } from '#engine/model/secret.ts';
export {
  Digest,
  HostContent,
  LocalFile,
  type Observed,
  Pending,
  type Scalar,
  type State,
} from '#engine/model/state.ts';
export {
  type Change,
  requiring,
  type Task,
  type TaskSpec,
  tagged,
  task,
} from '#engine/model/task.ts';
export { quote, sh } from '#engine/shell/quote.ts';
export { render } from '#engine/templates/render.ts';
