export * from './server';
export * from './authn/authenticator';
export * from './authz/authorizer';
