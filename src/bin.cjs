#!/usr/bin/env node
// Old syntax on purpose: an old Node must get as far as this message.
'use strict'
var wanted = [20, 19]
var version = process.versions.node.split('.').map(Number)
if (version[0] < wanted[0] || (version[0] === wanted[0] && version[1] < wanted[1])) {
  process.stderr.write(
    'thinkube-langfuse needs Node.js ' +
      wanted.join('.') +
      ' or newer; this is ' +
      process.versions.node +
      '.\n',
  )
  process.exitCode = 2
} else {
  import('./main.js')
}
