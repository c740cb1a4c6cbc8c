/** What each cleaning rule did, in a sentence; the rules' names are those of the core's cleaning. */
const sentences: Record<string, string> = {
  as_is: 'The answer was a program already and was taken as it is.',
  fence: 'The program stood in a fenced code block; the text around it was left out.',
  fence_body: 'A fenced code block held the body of the function; it was put under the prompt’s signature.',
  fence_salvaged: 'A fenced code block did not parse as a whole; the part of it that does was kept.',
  unfenced: 'Code without a fence stood among text; the text was left out.',
  prompt_joined: 'The answer continued the prompt; both were joined.',
  cut_at_fence: 'The answer continued the prompt up to a fence; what stood behind it was left out.',
  repeated_prompt: 'The answer began with the prompt again; the repetition was left out.',
  repeated_signature: 'The answer began with the signature again and stands on its own.',
  indentation_restored: 'The body had lost its indentation; it was put back before body and prompt were joined.',
  dedented: 'The whole program was indented; the indentation was taken away.',
  salvaged: 'The answer did not parse as a whole; the part of it that does was kept.',
  script: 'The answer was a script rather than the function that was asked for; it was taken as it is.',
  reasoning_set_aside: 'The model’s reasoning was set aside; the program was taken from what came after it.',
  reasoning_draft: 'Only the model’s unfinished reasoning held code; the program was taken from there.',
  unescaped: 'The code was written with escapes, as inside of a string; they were undone.',
  unquoted: 'Every line of the code was quoted; the marks were taken away.',
  unnumbered: 'Every line of the code had its number; the numbers were taken away.',
  transcript: 'The code was a transcript of a session; its prompts and output were left out.',
  difference: 'The code was written as a difference; the new side of it was taken.',
  other_language: 'The code is in another language than the one asked for; it was kept to be looked at.',
  nearest_code: 'Nothing in the answer solves the problem; the code that comes nearest was kept.',
  no_code: 'The answer holds no code.',
}

/** The rules there are, in the order of a menu. */
export const RULES: readonly string[] = Object.keys(sentences)

/** The rule in words for people; a rule that is not known has none. */
export const ruleSentence = (rule: string): string | null => sentences[rule] ?? null

/** A rule's name as it stands in lists: `cut_at_fence` is `cut at fence`. */
export const ruleName = (rule: string): string => rule.replaceAll('_', ' ').replaceAll('-', ' ')
