/** Questions to hosts that tasks and checks share. */
export { type FileFact, fileAt, sysctlPath, sysctlValue, textIn } from '#engine/reads/file.ts';
export { hostFacts, type SystemFacts } from '#engine/reads/host-facts.ts';
