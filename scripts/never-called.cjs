// Stands in bundles for what a library loads but we never call.
module.exports = () => {
  throw new Error('left out of this bundle: see NEVER_CALLED in scripts/bundle.mjs');
};
