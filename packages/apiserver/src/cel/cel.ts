/** The package of CEL, loaded when the first expression is met: a server without any starts sooner. */
export function cel(): typeof import('@typekube/cel') {
  return require('@typekube/cel') as typeof import('@typekube/cel');
}
