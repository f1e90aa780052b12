// Stands in bundles for what lmdb finds its native code with: that asks the system a dozen questions, which takes longer than loading the code.
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');

module.exports = () => {
  const fromLmdb = createRequire(require.resolve('lmdb'));
  const { platform, arch, versions } = process;
  try {
    return fromLmdb(`@lmdb/lmdb-${platform}-${arch}/node.abi${versions.modules}.glibc.node`);
  } catch {
    // Another libc, or no such build: the library knows what else there may be.
    return fromLmdb('node-gyp-build-optional-packages')(join(dirname(fromLmdb.resolve('lmdb')), '..'));
  }
};
