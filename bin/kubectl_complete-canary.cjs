#!/usr/bin/env node
'use strict'
// kubectl runs this for a TAB after `kubectl canary`, with the words so far, and shows what it says on stderr in the
// middle of the prompt. So nothing may be said there, by us or by a credential plugin that inherits it.
const { closeSync, openSync } = require('node:fs')

if (process.platform !== 'win32') {
  try {
    closeSync(2)
    openSync('/dev/null', 'w') // the lowest free number: 2
  } catch {}
}
process.argv.splice(2, 0, '__complete')
require('./run.cjs')
