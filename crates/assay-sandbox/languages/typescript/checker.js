// The resident compiler: turns TypeScript into JavaScript and says what the type checker finds. Libraries are
// read and bound once; a program is one file that replaces the one before it.
'use strict'

const fs = require('fs')
const path = require('path')
const ts = require('typescript')

const FILE = '/solution.ts'
const GLOBALS = '/globals.d.ts'
const OPTIONS = {
  target: ts.ScriptTarget.ES2021,
  lib: ['lib.es2021.d.ts'],
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Classic,
  types: [],
  noEmitOnError: false,
  skipLibCheck: true,
  skipDefaultLibCheck: true,
}
const libraries = path.dirname(ts.getDefaultLibFilePath(OPTIONS))
const globals = fs.readFileSync(path.join(__dirname, 'globals.d.ts'), 'utf8')

let version = 0
let text = ''
const snapshots = new Map()
function snapshot(name) {
  if (name === FILE) return ts.ScriptSnapshot.fromString(text)
  if (!snapshots.has(name)) {
    const source = name === GLOBALS ? globals : read(name)
    snapshots.set(name, source === undefined ? undefined : ts.ScriptSnapshot.fromString(source))
  }
  return snapshots.get(name)
}
// Only what the compiler itself brought: a program's imports find nothing on this machine.
function read(name) {
  return path.dirname(name) === libraries && fs.existsSync(name) ? fs.readFileSync(name, 'utf8') : undefined
}
const known = (name) => name === FILE || name === GLOBALS || read(name) !== undefined

const service = ts.createLanguageService(
  {
    getScriptFileNames: () => [GLOBALS, FILE],
    getScriptVersion: (name) => (name === FILE ? String(version) : '0'),
    getScriptSnapshot: snapshot,
    getCurrentDirectory: () => '/',
    getCompilationSettings: () => OPTIONS,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: known,
    readFile: (name) => (name === FILE ? text : read(name)),
    directoryExists: () => false,
    getDirectories: () => [],
  },
  ts.createDocumentRegistry(),
)

function written(found, firstOfTests) {
  const message = ts.flattenDiagnosticMessageText(found.messageText, '\n')
  if (!found.file || found.start === undefined) return `error TS${found.code}: ${message}`
  const { line, character } = found.file.getLineAndCharacterOfPosition(found.start)
  const inTests = line + 1 >= firstOfTests
  const at = inTests ? `tests.ts(${line + 2 - firstOfTests},${character + 1})` : `solution.ts(${line + 1},${character + 1})`
  return `${at}: error TS${found.code}: ${message}`
}

function make({ source, tests }) {
  text = tests === null ? source : source + '\n' + tests
  version += 1
  const firstOfTests = source.split('\n').length + 1
  const syntactic = service.getSyntacticDiagnostics(FILE)
  if (syntactic.length) return { ok: false, broken: true, diagnostics: syntactic.map((one) => written(one, firstOfTests)).join('\n') }
  const semantic = service.getSemanticDiagnostics(FILE)
  // Each by itself, so that the guard knows which lines are the tests'; together they are what was checked.
  const emitted = (part) => ts.transpileModule(part, { fileName: FILE, compilerOptions: OPTIONS }).outputText
  return { ok: semantic.length === 0, code: emitted(source), tests: tests === null ? null : emitted(tests), diagnostics: semantic.map((one) => written(one, firstOfTests)).join('\n') }
}

function frames(each) {
  const header = Buffer.alloc(4)
  for (;;) {
    if (!fill(header)) return
    const body = Buffer.alloc(header.readUInt32BE(0))
    if (!fill(body)) return
    let answer
    try {
      answer = each(JSON.parse(body.toString('utf8')))
    } catch (error) {
      // Too deeply nested for the compiler's own stack, mostly: what it cannot read is no program.
      answer = { ok: false, broken: true, diagnostics: 'the compiler gave up: ' + String(error && error.message) }
    }
    const out = Buffer.from(JSON.stringify(answer), 'utf8')
    const head = Buffer.alloc(4)
    head.writeUInt32BE(out.length, 0)
    put(Buffer.concat([head, out]))
  }
}

function fill(buffer) {
  for (let at = 0; at < buffer.length; ) {
    const n = fs.readSync(0, buffer, at, buffer.length - at, null)
    if (n === 0) return false
    at += n
  }
  return true
}

function put(buffer) {
  for (let at = 0; at < buffer.length; ) at += fs.writeSync(1, buffer, at)
}

// Warm: the first program finds everything parsed and bound.
make({ source: "const given: Array<number> = [1, 2].map((x: number) => x + 1);", tests: "declare var require: any; const assert = require('node:assert');" })
frames(make)
