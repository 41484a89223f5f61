/** Questions to hosts that tasks and checks share. */
export { type FileFact, fileAt } from '#engine/reads/file.ts';
export { sysctlPath, sysctlValue } from '#engine/reads/sysctl.ts';
