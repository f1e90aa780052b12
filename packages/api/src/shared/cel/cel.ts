/** The package of CEL, loaded when the first expression is met: most servers start without one. */
export function cel(): typeof import('@typekube/cel') {
  return require('@typekube/cel') as typeof import('@typekube/cel');
}
