/** Equality of JSON values by meaning: an absent list or map equals an empty one. */
export { semanticEqual } from '@typekube/apimachinery';
