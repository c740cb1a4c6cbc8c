// Runs a program and its tests as one script, and tells over descriptor 3 that it ran to its end.
//
// The secret lives in this file's closure alone: never in a text, a property, or a function that the
// program could read. What judges (assert, console.assert, JSON) is made unchangeable before the program's
// first statement. See docs/adr/0009-one-program-verdicts.md.
//
// This file is executed when the image is built and goes, frozen objects and all, into a snapshot that node starts
// from (`--build-snapshot`): that halves the time to a program's first statement. `main` is what runs then.
'use strict'

const fs = require('fs')
const vm = require('vm')
const assert = require('assert')
const util = require('util')
const { createHash } = require('crypto')
const { isBuildingSnapshot, setDeserializeMainFunction } = require('v8').startupSnapshot

const { readSync, writeSync, closeSync } = fs
const { freeze, defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames } = Object
const { stringify, parse } = JSON
const { apply, ownKeys } = Reflect
const { AssertionError } = assert
const { inspect, format } = util
const slice = Function.prototype.call.bind(String.prototype.slice)
const split = Function.prototype.call.bind(String.prototype.split)
const match = Function.prototype.call.bind(String.prototype.match)
const has = Function.prototype.call.bind(Object.prototype.hasOwnProperty)
const isInstance = Function.prototype.call.bind(Function.prototype[Symbol.hasInstance])
const { Script } = vm
const run = Function.prototype.call.bind(Script.prototype.runInThisContext)
const exit = (code) => process.reallyExit(code)
const stderr = (text) => writeSync(2, text)

let task
let lines
let firstOfTests
let finished = false
let failure = null

function read(fd) {
  const parts = []
  const part = Buffer.alloc(1 << 16)
  for (let n; (n = readSync(fd, part, 0, part.length, null)) > 0; ) parts.push(Buffer.from(part.subarray(0, n)))
  return Buffer.concat(parts).toString('utf8')
}

function say(kind, detail) {
  // Of texts alone: an object would be asked for the program's `toJSON`.
  writeSync(3, `\n{"kind":${stringify(kind)},"detail":${stringify(slice(String(detail), 0, 2000))}}\n`)
}

// -- what the program may have ---------------------------------------------------------------------

const ALLOWED = new Set(
  ('assert assert/strict buffer console constants crypto events fs fs/promises os path path/posix perf_hooks process ' +
    'punycode querystring readline stream string_decoder sys timers timers/promises tty url util zlib js-md5').split(' '),
)
const realRequire = require
const allowed = ALLOWED.has.bind(ALLOWED)
// What programs of HumanEval-X know as `js-md5`: a function from text to its MD5 in hexadecimal.
const md5 = (text) => createHash('md5').update(text).digest('hex')
md5.hex = md5
freeze(md5)
function requireFor(name) {
  const plain = typeof name === 'string' && slice(name, 0, 5) === 'node:' ? slice(name, 5) : name
  if (!allowed(plain)) {
    const error = new Error(`Cannot find module '${plain}'`)
    error.code = 'MODULE_NOT_FOUND'
    throw error
  }
  return plain === 'js-md5' ? md5 : realRequire(plain)
}
freeze(requireFor.prototype)
freeze(requireFor)

function fix(object, name, value) {
  defineProperty(object, name, { value, writable: false, configurable: false, enumerable: true })
}

/** Ways to other modules, and into the engine. */
function close() {
  fix(process, 'mainModule', undefined)
  for (const name of ['binding', '_linkedBinding', 'dlopen', '_debugProcess', '_debugEnd', '_startProfilerIdleNotifier']) {
    fix(process, name, undefined)
  }
}

// -- what judges -----------------------------------------------------------------------------------

for (const judge of [assert, assert.strict]) {
  for (const key of ownKeys(judge)) if (typeof judge[key] === 'function' && judge[key] !== AssertionError) freeze(judge[key])
  freeze(judge)
}
freeze(AssertionError.prototype)
freeze(AssertionError)
for (const builtin of [Object, Array, Number, String, Boolean, Symbol, Reflect, Math, Map, Set]) {
  for (const name of getOwnPropertyNames(builtin)) {
    const found = getOwnPropertyDescriptor(builtin, name)
    if (found.configurable && 'value' in found && typeof found.value === 'function') {
      defineProperty(builtin, name, { writable: false, configurable: false })
    }
  }
}

// Of prototypes, only what equality and printing ask may not change: programs extend them rightly.
const ASKED = ['toString', 'valueOf', 'toJSON', 'join', 'every', 'some', 'constructor', 'hasOwnProperty', 'equals', Symbol.toPrimitive, Symbol.iterator, Symbol.toStringTag]
const watched = []
for (const builtin of [Object, Array, Number, String, Boolean, Function, Map, Set, Date, RegExp, BigInt]) {
  for (const key of ASKED) {
    const found = getOwnPropertyDescriptor(builtin.prototype, key)
    watched[watched.length] = { name: builtin.name, of: builtin.prototype, key, value: found && found.value }
  }
}
function untouched() {
  for (let index = 0; index < watched.length; index++) {
    const { name, of, key, value } = watched[index]
    const now = getOwnPropertyDescriptor(of, key)
    if ((now && now.value) !== value || (now && now.get && key !== '__proto__')) {
      forbid(`changes ${name}.prototype.${typeof key === 'string' ? key : inspect(key)}`)
    }
  }
}
let forbidden = false
function forbid(what) {
  if (!forbidden) say('forbidden', what)
  forbidden = true
}

fix(JSON, 'stringify', function stringifyOf(...args) {
  untouched()
  return apply(stringify, undefined, args)
})
fix(JSON, 'parse', parse)
freeze(JSON)
fix(globalThis, 'JSON', JSON)
fix(console, 'assert', function assertOf(holds, ...args) {
  if (holds) return
  const text = args.length ? 'Assertion failed: ' + apply(format, undefined, args) : 'Assertion failed'
  const line = lineOf(new Error().stack)
  if (failure === null) failure = shown(line) ? `${shown(line)}\n${text}` : text
  stderr(text + '\n')
})
fix(globalThis, 'console', console)
fix(globalThis, 'require', requireFor)

// -- errors ----------------------------------------------------------------------------------------

/** The line of the program's text that a stack begins in; 0 when none does. */
function lineOf(stack) {
  const rows = split(String(stack), '\n')
  for (let index = 0; index < rows.length; index++) {
    const found = match(rows[index], /solution\.[jt]s:(\d+)/)
    if (found) return +found[1]
  }
  return 0
}

function shown(line) {
  return line >= firstOfTests && line <= lines.length ? slice(lines[line - 1].trim(), 0, 300) : ''
}

function told(error) {
  let text
  try {
    text = typeof error === 'object' && error !== null && typeof error.stack === 'string' ? error.stack : inspect(error)
  } catch {
    text = 'an error that cannot be shown'
  }
  text = withoutOurs(text)
  stderr(text + '\n')
  return text
}

/** A stack without the frames that are the guard's and the runtime's. */
function withoutOurs(text) {
  const rows = split(text, '\n')
  let kept = ''
  for (let index = 0; index < rows.length; index++) {
    if (!match(rows[index], /^\s+at .*(?:\/opt\/assay\/js\/|node:internal\/|node:vm:)/)) kept += (kept ? '\n' : '') + rows[index]
  }
  return kept
}

function brief(error, text) {
  try {
    if (isInstance(Error, error)) return slice(`${error.name}: ${error.message}`, 0, 600)
  } catch {}
  return slice('threw ' + split(text, '\n')[0], 0, 600)
}

function fail(error) {
  const text = told(error)
  const line = lineOf(text)
  let judged = false
  try {
    judged = isInstance(AssertionError, error) && line >= firstOfTests
  } catch {}
  if (judged) {
    const values = `expected ${inspect(error.expected, { depth: 4, breakLength: Infinity })}, got ${inspect(error.actual, { depth: 4, breakLength: Infinity })}`
    say('failed', [shown(line), slice(values, 0, 600)].filter(Boolean).join('\n'))
  } else if (task.testsThrow && line >= firstOfTests && topOf(text) >= firstOfTests) {
    // Tests without `assert` throw errors of their own.
    say('failed', [shown(line), brief(error, text)].filter(Boolean).join('\n'))
  } else if (isInstance(RangeError, error) && match(text, /Array buffer allocation failed|Invalid (?:string|array) length/)) {
    say('memory', brief(error, text))
  } else {
    say('exception', brief(error, text))
  }
}

/** The line of the innermost frame, if that is the program's or its tests'. */
function topOf(text) {
  const row = split(text, '\n').find((one) => match(one, /^\s+at /))
  const found = row && match(row, /solution\.[jt]s:(\d+)/)
  return found ? +found[1] : 0
}

// -- the run ---------------------------------------------------------------------------------------

function main() {
  task = parse(read(4))
  closeSync(4)
  const secret = task.secret
  const text = task.source + '\n' + (task.tests ?? '')
  lines = split(text, '\n')
  firstOfTests = split(task.source, '\n').length + 1
  const filename = task.file
  task = { testsThrow: task.testsThrow }
  close()
  process.on('exit', (code) => {
    if (code !== 0 || !finished || forbidden) return
    untouched()
    if (failure !== null) {
      say('failed', failure)
      process.exitCode = 1
    } else if (!forbidden) {
      writeSync(3, '\n' + secret + '\n')
    }
  })
  process.argv.length = 1
  globalThis.module = { exports: {}, filename, loaded: false, children: [], paths: [] }
  globalThis.exports = globalThis.module.exports
  globalThis.__filename = '/tmp/' + filename
  globalThis.__dirname = '/tmp'
  let script
  try {
    script = new Script(text, { filename })
  } catch (error) {
    say('compile_error', told(error))
    exit(1)
  }
  try {
    run(script)
    finished = true
  } catch (error) {
    fail(error)
    // What it left waiting does not matter any more.
    exit(1)
  }
}

if (isBuildingSnapshot()) setDeserializeMainFunction(main)
else main()
