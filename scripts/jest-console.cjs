// What libraries print goes straight to stderr. LMDB's prints the failures of its writes by itself, also when the tests of a file are over: jest
// would take that for a test that has not ended, and fail the run. Our own code does not use the console (lint).
const { format } = require('node:util');

for (const level of ['log', 'info', 'warn', 'error']) {
  console[level] = (...values) => void process.stderr.write(`${format(...values)}\n`);
}
