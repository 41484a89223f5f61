import { deployment } from './deploy.ts';

/** Brings nodes back on duty: all that deploy does for them, as if they were not drained. */
export default deployment('undrain', { undrain: true });
