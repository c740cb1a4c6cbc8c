// What node gives to every program, as far as programs that solve exercises ask for it.
declare var console: { log(...data: any[]): void; error(...data: any[]): void; warn(...data: any[]): void; info(...data: any[]): void; debug(...data: any[]): void; assert(holds?: any, ...data: any[]): void; table(data?: any): void; time(label?: string): void; timeEnd(label?: string): void; trace(...data: any[]): void; dir(...data: any[]): void }
declare var process: any
declare var require: any
declare var module: any
declare var exports: any
declare var Buffer: any
declare function setTimeout(run: (...args: any[]) => void, ms?: number, ...args: any[]): any
declare function clearTimeout(timer: any): void
declare function setInterval(run: (...args: any[]) => void, ms?: number, ...args: any[]): any
declare function clearInterval(timer: any): void
declare function setImmediate(run: (...args: any[]) => void, ...args: any[]): any
declare function queueMicrotask(run: () => void): void
declare function structuredClone<T>(value: T): T
declare var performance: any
declare module 'assert'
declare module 'node:assert'
declare module 'crypto'
declare module 'node:crypto'
declare module 'util'
declare module 'node:util'
declare module 'fs'
declare module 'node:fs'
declare module 'path'
declare module 'node:path'
declare module 'os'
declare module 'events'
declare module 'readline'
declare module 'js-md5'
