/** Rules that span hosts, for gates and for what must hold at the end. */

export { allHold } from '#checks/all-hold.ts';
export { commandSucceeds } from '#checks/command-succeeds.ts';
export type { HostCheckOptions } from '#checks/each-host.ts';
export { portAnswers } from '#checks/port-answers.ts';
export { serviceIsActive } from '#checks/service-is-active.ts';
export { urlAnswers } from '#checks/url-answers.ts';
