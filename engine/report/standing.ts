/** Where a host stands, in a word or two. */
export type Standing =
  | 'waiting'
  | 'working'
  | 'failed'
  | 'ok'
  | 'answered'
  | 'changed'
  | 'would change'
  | 'not done'
  | 'done in part';
