// Runs a program, then its tests, and tells over descriptor 3 that both ran to their end.
//
// The secret lives in this file's closure alone: never in a text, a property, a function or a buffer that the
// program could read. Program and tests are two scripts of one realm. The tests' is a function that was made before
// the program's first statement, so that their names are out of its reach, and what they judge with is handed to them.
// What judges (assert, console.assert, JSON) is made unchangeable; of the built-in prototypes what can be without
// making programs slow, and the rest is looked at whenever the program gave control back. See
// docs/adr/0009-one-program-verdicts.md.
//
// This file is executed when the image is built and goes, frozen objects and all, into a snapshot that node starts
// from (`--build-snapshot`): that halves the time to a program's first statement. `main` is what runs then.
'use strict'

const fs = require('fs')
const vm = require('vm')
const assert = require('assert')
const util = require('util')
const crypto = require('crypto')
const { isBuildingSnapshot, setDeserializeMainFunction } = require('v8').startupSnapshot

const { createHash } = crypto
const { readSync, writeSync, closeSync } = fs
const { create, freeze, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, keys } = Object
const { isArray } = Array
const { stringify, parse } = JSON
const { apply, construct, ownKeys } = Reflect
const { AssertionError } = assert
const { inspect, format, isDeepStrictEqual } = util
const uncurried = (method) => Function.prototype.call.bind(method)
const slice = uncurried(String.prototype.slice)
const split = uncurried(String.prototype.split)
const match = uncurried(String.prototype.match)
const indexOf = uncurried(String.prototype.indexOf)
const codeAt = uncurried(String.prototype.charCodeAt)
const has = uncurried(Object.prototype.hasOwnProperty)
const tagOf = uncurried(Object.prototype.toString)
const textOf = uncurried(Function.prototype.toString)
const isInstance = uncurried(Function.prototype[Symbol.hasInstance])
const { Script } = vm
const run = uncurried(Script.prototype.runInThisContext)
const later = setImmediate
const NativeProxy = Proxy
const stderr = (text) => writeSync(2, text)
/** Options that nothing can be inherited into. */
const options = (given) => Object.assign(create(null), given)

/** What is known of the task besides its secret. */
let testsThrow = false
let wrapped = null
let ofTests = ''
let source = ''
let lines = []
let failure = null
/** Whether anything was said of the program: then it cannot pass any more. */
let spoken = false
/** Ends the process; taken from it before the program could replace it. */
let exit = null

/** All of a descriptor. What was read is wiped: memory that is given back may be handed to the program, unwiped. */
function read(fd) {
  let room = Buffer.alloc(1 << 17)
  let length = 0
  for (let n; (n = readSync(fd, room, length, room.length - length, null)) > 0; ) {
    length += n
    if (length === room.length) {
      const wider = Buffer.alloc(2 * room.length)
      room.copy(wider)
      room.fill(0)
      room = wider
    }
  }
  const text = room.toString('utf8', 0, length)
  room.fill(0)
  return text
}

function say(kind, detail) {
  spoken = true
  // Of texts alone: an object would be asked for the program's `toJSON`.
  writeSync(3, `\n{"kind":${stringify(kind)},"detail":${stringify(wellFormed(slice(String(detail), 0, 2000)))}}\n`)
}

/** A text with U+FFFD for every half of a character, which is none. */
function wellFormed(text) {
  let whole = ''
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const code = codeAt(text, index)
    if (code < 0xd800 || code > 0xdfff) continue
    const next = index + 1 < text.length ? codeAt(text, index + 1) : 0
    if (code < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) index++
    else {
      whole += slice(text, start, index) + '\ufffd'
      start = index + 1
    }
  }
  return whole + slice(text, start)
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

// Of lodash, what the tests of mxeval compare with; for tests alone.
const lodash = freeze({
  isEqual(one, other) {
    const same = equal(one, other)
    untouched()
    return same
  },
})
function equal(one, other) {
  if (one === other || (one !== one && other !== other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const tag = tagOf(one)
  if (tag !== tagOf(other) || isArray(one) !== isArray(other)) return false
  if (tag !== '[object Array]' && tag !== '[object Object]') return isDeepStrictEqual(one, other)
  const names = keys(one)
  if (names.length !== keys(other).length || (isArray(one) && one.length !== other.length)) return false
  for (let index = 0; index < names.length; index++) {
    if (!has(other, names[index]) || !equal(one[names[index]], other[names[index]])) return false
  }
  return true
}
function requireForTests(name) {
  return name === 'lodash' ? lodash : requireFor(name)
}
freeze(requireForTests)

function fix(object, name, value) {
  defineProperty(object, name, { value, writable: false, configurable: false, enumerable: true })
}

/** Ways to other modules, into the engine, and out of what is watched. */
function close(judged) {
  const { _kill: kill, _fatalException: fatal } = process
  if (judged) process.setUncaughtExceptionCaptureCallback(fail)
  for (const name of [
    'mainModule', 'binding', '_linkedBinding', 'dlopen', '_debugProcess', '_debugEnd', '_startProfilerIdleNotifier',
    'setUncaughtExceptionCaptureCallback',
  ]) fix(process, name, undefined)
  fix(process, '_fatalException', fatal)
  // SIGUSR1 starts the inspector.
  fix(process, '_kill', (pid, signal) => (signal === 10 ? -1 : apply(kill, process, [pid, signal])))
  // Loads machine code.
  delete crypto.setEngine
  delete globalThis.fetch
  // Whose code stands in a stack must not be the program's to say.
  defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false, configurable: false })
  defineProperty(Error, 'stackTraceLimit', { value: 50, writable: false, configurable: false, enumerable: true })
}

// -- what judges -----------------------------------------------------------------------------------

// These ask the program's objects, which may do anything then.
const ASKING = ['equal', 'notEqual', 'deepEqual', 'notDeepEqual', 'deepStrictEqual', 'notDeepStrictEqual']
const judging = new Map()
for (const name of ASKING) {
  const judge = assert[name]
  const checked = { [name](...args) { apply(judge, undefined, args); untouched() } }[name]
  judging.set(judge, freeze(checked))
}
const judges = [assert, assert.strict]
for (const judge of judges) for (const key of keys(judge)) if (judging.has(judge[key])) judge[key] = judging.get(judge[key])
// `assert.ok` is `assert` itself.
for (const judge of judges) {
  for (const key of keys(judge)) if (typeof judge[key] === 'function' && judge[key] !== AssertionError) freeze(judge[key])
}
freeze(assert.strict)
freeze(assert)
freeze(AssertionError.prototype)
freeze(AssertionError)

const BUILTINS = [Object, Array, Number, String, Boolean, Symbol, BigInt, Function, Map, Set, WeakMap, WeakSet, Date, RegExp, Promise, Error]
const NAMESPACES = [Reflect, Math]
for (const builtin of [...BUILTINS, ...NAMESPACES]) {
  for (const key of ownKeys(builtin)) {
    if (key === 'prepareStackTrace' || key === 'stackTraceLimit') continue
    const found = getOwnPropertyDescriptor(builtin, key)
    if (found.configurable && typeof found.value === 'function') defineProperty(builtin, key, { writable: false, configurable: false })
  }
}
// What every object inherits cannot be read-only: `map['toString'] = 1` must go on working. So it can be assigned to
// everywhere but where it is inherited from.
const SHARED = ['toString', 'toLocaleString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'call', 'apply', 'bind']
for (const shared of [Object.prototype, Function.prototype]) {
  for (const key of SHARED) {
    if (!has(shared, key)) continue
    const value = shared === Function.prototype && key === 'toString' ? hidingText() : shared[key]
    defineProperty(shared, key, {
      get() {
        return value
      },
      set(own) {
        if (this === shared || this === null || (typeof this !== 'object' && typeof this !== 'function')) return
        defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true })
      },
      configurable: false,
      enumerable: false,
    })
  }
}
/** As `Function.prototype.toString`, but the tests' functions do not show what they expect. */
function hidingText() {
  return {
    toString() {
      const text = textOf(this)
      const hidden = wrapped !== null && (indexOf(wrapped, text) >= 0 || indexOf(text, ofTests) >= 0) && indexOf(source, text) < 0
      return hidden ? 'function () { [native code] }' : text
    },
  }.toString
}

// Read-only where that costs nothing. The engine has short cuts for iteration, arrays, and regular expressions that
// hold only while these are as it made them: those are watched instead.
const WATCHED_KEYS = [Symbol.iterator, Symbol.asyncIterator, 'constructor', 'next', 'then', 'toString', 'valueOf', 'toJSON', Symbol.toPrimitive, Symbol.toStringTag, Symbol.isConcatSpreadable, Symbol.species]
const watched = []
function watch(of, key, name) {
  const found = getOwnPropertyDescriptor(of, key)
  if (found && !found.configurable && !found.writable) return
  const kept = found && typeof key === 'string' && !WATCHED_KEYS.includes(key) ? options(found) : null
  watched[watched.length] = { of, key, name, value: found && found.value, get: found && found.get, kept }
}
const parents = []
for (const builtin of BUILTINS) {
  const { prototype, name } = builtin
  const slow = builtin === Array || builtin === RegExp || builtin === Promise
  for (const key of ownKeys(prototype)) {
    const found = getOwnPropertyDescriptor(prototype, key)
    if (!found.configurable || builtin === Function || builtin === Object || builtin === Error) continue
    if (slow || WATCHED_KEYS.includes(key)) {
      if (key !== Symbol.unscopables) watch(prototype, key, name + '.prototype')
    } else if ('value' in found) defineProperty(prototype, key, { writable: false, configurable: false })
    else defineProperty(prototype, key, { configurable: false })
  }
  for (const key of WATCHED_KEYS) if (!watched.some((one) => one.of === prototype && one.key === key)) watch(prototype, key, name + '.prototype')
  watch(builtin, Symbol.species, name)
  parents[parents.length] = { of: prototype, parent: getPrototypeOf(prototype), name }
}
for (const [name, one] of [['Array', []], ['Map', new Map()], ['Set', new Set()], ['String', '']]) {
  const prototype = getPrototypeOf(one[Symbol.iterator]())
  watch(prototype, 'next', `${name}'s iterators`)
  watch(prototype, Symbol.iterator, `${name}'s iterators`)
  parents[parents.length] = { of: prototype, parent: getPrototypeOf(prototype), name: `${name}'s iterators` }
}
watch(getPrototypeOf(getPrototypeOf([][Symbol.iterator]())), Symbol.iterator, 'iterators')

/**
 * Puts back what a program replaced while it was loaded, for versions of its own: what tests use is then as the engine
 * made it. What decides how values are shown and compared is not put back: `untouched` ends such programs.
 */
function restore() {
  for (let index = 0; index < watched.length; index++) {
    const { of, key, kept } = watched[index]
    if (kept === null) continue
    const now = getOwnPropertyDescriptor(of, key)
    if (now === undefined || (now.configurable && (now.value !== kept.value || now.get !== kept.get))) defineProperty(of, key, kept)
  }
}

/** Ends the program if it changed what its tests may use. */
function untouched() {
  for (let index = 0; index < watched.length; index++) {
    const { of, key, value, get } = watched[index]
    const now = getOwnPropertyDescriptor(of, key)
    if (now === undefined ? value !== undefined || get !== undefined : now.value !== value || now.get !== get) {
      forbid(`changes ${watched[index].name}${typeof key === 'string' ? '.' + key : '[' + inspect(key) + ']'}`)
    }
  }
  for (let index = 0; index < parents.length; index++) {
    if (getPrototypeOf(parents[index].of) !== parents[index].parent) forbid(`changes what ${parents[index].name} inherits from`)
  }
}
function forbid(what) {
  say('forbidden', what)
  exit(1)
}

fix(JSON, 'stringify', function stringifyOf(...args) {
  untouched()
  return apply(stringify, undefined, args)
})
defineProperty(JSON.stringify, 'name', { value: 'stringify' })
fix(JSON, 'parse', parse)
freeze(JSON)
fix(globalThis, 'JSON', JSON)
fix(console, 'assert', function assertOf(holds, ...args) {
  if (holds) return
  // Before anything that the program could have a hand in.
  if (failure === null) failure = 'Assertion failed'
  const text = args.length ? 'Assertion failed: ' + apply(format, undefined, args) : 'Assertion failed'
  const line = lineOf(new Error().stack)
  if (failure === 'Assertion failed') failure = shown(line) ? `${shown(line)}\n${text}` : text
  stderr(text + '\n')
})
fix(globalThis, 'console', console)
fix(globalThis, 'require', requireFor)

// -- errors ----------------------------------------------------------------------------------------

/** The line of the tests that a stack begins in; 0 when it begins in the program, or nowhere. */
function lineOf(stack) {
  const rows = split(String(stack), '\n')
  for (let index = 0; index < rows.length; index++) {
    const found = match(rows[index], /(solution|tests)\.js:(\d+)/)
    if (found) return found[1] === 'tests' ? +found[2] : 0
  }
  return 0
}

function shown(line) {
  return line > 0 && line <= lines.length ? slice(lines[line - 1].trim(), 0, 300) : ''
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

/** Says what an error means, and ends: what it left waiting does not matter any more. */
function fail(error) {
  try {
    explain(error)
  } catch {
    say('exception', 'threw what cannot be shown')
  }
  exit(1)
}

function explain(error) {
  const text = told(error)
  const line = lineOf(text)
  if (line && isInstance(AssertionError, error)) {
    const values = `expected ${inspect(error.expected, { depth: 4, breakLength: Infinity })}, got ${inspect(error.actual, { depth: 4, breakLength: Infinity })}`
    say('failed', joined(shown(line), slice(values, 0, 600)))
  } else if (testsThrow && line && (topIsTests(text) || !isInstance(Error, error))) {
    // Tests without `assert` throw errors of their own.
    say('failed', joined(shown(line), brief(error, text)))
  } else if (isInstance(RangeError, error) && match(text, /Array buffer allocation failed|Invalid (?:string|array) length/)) {
    say('memory', brief(error, text))
  } else {
    say('exception', brief(error, text))
  }
}
const joined = (one, other) => (one && other ? one + '\n' + other : one || other)

/** Whether the innermost frame is the tests' own. */
function topIsTests(text) {
  const row = split(text, '\n').find((one) => match(one, /^\s+at /))
  return Boolean(row && match(row, /tests\.js:\d+/))
}

// -- the run ---------------------------------------------------------------------------------------

// What the tests get to see under these names is not the program's, whatever it declares.
const GIVEN = (
  'Object Function Array Number String Boolean Symbol BigInt Math JSON Reflect Map Set WeakMap WeakSet Date RegExp Promise Proxy ' +
  'Error TypeError RangeError SyntaxError ReferenceError parseInt parseFloat isNaN isFinite console require process Buffer ' +
  'structuredClone setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate queueMicrotask globalThis'
).split(' ')

function compiled(text, filename, columnOffset = 0) {
  try {
    return new Script(text, options({ filename, columnOffset }))
  } catch (error) {
    say('compile_error', told(error))
    exit(1)
  }
}

function isScript(text) {
  try {
    return Boolean(new Script(text))
  } catch {
    return false
  }
}

/** Names that tests assign to without declaring them, as only a function that is not strict may. */
function assignedOnly(tests) {
  const declared = new Set([...tests.matchAll(/\b(?:const|let|var|class|function\s*\*?)\s+([A-Za-z_$][\w$]*)/g)].map((found) => found[1]))
  const names = [...tests.matchAll(/(?<![.\w$])([A-Za-z_$][\w$]*)\s*=(?![=>])/g)].map((found) => found[1])
  return names.filter((name) => !declared.has(name))
}

/** The promises that were made by the tests' own statements and are not settled: what they wait for may never come. */
function trackPromises() {
  const pending = new Set()
  const add = pending.add.bind(pending)
  const remove = pending.delete.bind(pending)
  const count = uncurried(getOwnPropertyDescriptor(Set.prototype, 'size').get)
  realRequire('v8').promiseHooks.createHook(
    options({
      init(promise) {
        if (lineOf(new Error().stack)) add(promise)
      },
      settled: remove,
    }),
  )
  return () => count(pending)
}

/** Whether anything else than an open standard stream is among what keeps a process alive. */
function isWaiting(resources) {
  for (let index = 0; index < resources.length; index++) {
    if (resources[index] !== 'PipeWrap' && resources[index] !== 'TTYWrap') return true
  }
  return false
}

function main() {
  const { secret, source: ofProgram, tests, file: filename, throws, kept, entry } = parse(read(4))
  closeSync(4)
  exit = process.reallyExit.bind(process)
  testsThrow = throws
  source = ofProgram
  const resources = process.getActiveResourcesInfo.bind(process)
  process.argv.length = 1
  globalThis.module = { exports: {}, filename, loaded: false, children: [], paths: [] }
  globalThis.exports = globalThis.module.exports
  globalThis.__filename = '/tmp/' + filename
  globalThis.__dirname = '/tmp'
  close(tests !== null)
  if (tests === null) {
    const script = compiled(source, filename)
    run(script, options())
    return
  }
  // Together they must be a script as they would be in one file; each must be one by itself.
  const together = compiled(source + '\n' + tests, filename)
  const script = compiled(source, filename)
  if (!together || !script) return
  lines = split(tests, '\n')
  const given = GIVEN.filter((name) => !kept.includes(name))
  const values = given.map((name) => (name === 'require' ? requireForTests : globalThis[name]))
  const called = /^[A-Za-z_$][\w$]*$/.test(entry) && !given.includes(entry) ? [entry] : []
  // A function that is strict does not show itself as the `caller` of the program's. Tests that cannot be strict are not.
  // A block of its own, because tests may declare what they are given. As many lines as the tests have.
  const frontOf = (names, strict) => `(function (${names.join(', ')}) {${strict ? " 'use strict'; " : ''}{ `
  const strict = isScript(frontOf([...given, ...called], true) + tests + '\n}})')
  const judgeOf = (names) => {
    const front = frontOf(names, strict)
    wrapped = front + tests + '\n}})'
    return run(compiled(wrapped, 'tests.js', -front.length), options())
  }
  const assigned = strict ? assignedOnly(tests) : []
  const world = globalThis
  ofTests = tests
  const plain = judgeOf(given)
  const judge = called.length ? judgeOf([...given, ...called]) : plain
  const entryOf = called.length ? new Script(`typeof ${entry} === 'function' ? ${entry} : undefined`) : null
  const unsettled = /\b(?:async|await|Promise)\b|\.then\b/.test(tests) ? trackPromises() : () => 0
  const handler = options({
    apply(target, self, args) {
      const result = apply(target, self, args)
      untouched()
      return result
    },
    construct(target, args, base) {
      const result = construct(target, args, base)
      untouched()
      return result
    },
  })
  let finished = false
  /** Called when everything that can run at once has run: tells the secret if nothing is waiting. */
  function settle() {
    if (!finished || spoken) return
    untouched()
    if (isWaiting(resources())) return
    if (failure !== null) say('failed', failure)
    else if (unsettled() !== 0) say('exception', 'its tests wait for what never comes')
    else {
      writeSync(3, '\n' + secret + '\n')
      finished = false
      return
    }
    exit(1)
  }
  // It may be emitted by the program as well: whether nothing is waiting is not believed but seen.
  process.on('beforeExit', () => {
    if (finished) later(settle)
  })
  try {
    run(script, options())
    restore()
    untouched()
    for (let index = 0; index < assigned.length; index++) {
      const name = assigned[index]
      if (!(name in world)) defineProperty(world, name, options({ value: undefined, writable: true, enumerable: true, configurable: true }))
    }
    let entryPoint
    if (entryOf !== null) {
      try {
        entryPoint = run(entryOf, options())
      } catch {}
    }
    if (typeof entryPoint === 'function') values[values.length] = new NativeProxy(entryPoint, handler)
    apply(typeof entryPoint === 'function' ? judge : plain, world, values)
    untouched()
    finished = true
  } catch (error) {
    fail(error)
  }
  later(settle)
}

if (isBuildingSnapshot()) setDeserializeMainFunction(main)
else main()
