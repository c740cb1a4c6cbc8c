/** The generated types, for the rest of the window: nothing else imports the bindings. */
export type * from '../bindings'
