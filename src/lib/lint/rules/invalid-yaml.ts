import type { Rule } from '../rule.ts'

/** Reported by the reader of files (lint.ts): there is no object to check. */
export const invalidYaml: Rule = {
  id: 'CA001',
  name: 'invalid-yaml',
  severity: 'error',
  title: 'The file is no YAML',
  explanation:
    'The file cannot be read as YAML, so nothing in it is checked. Templates of Helm are no YAML until they are rendered: check the output of `helm template`.',
  hint: 'correct the syntax at this place',
  example: { wrong: 'metrics:\n- name: a\n name: b', right: 'metrics:\n- name: a\n- name: b' },
  check: () => {},
}
