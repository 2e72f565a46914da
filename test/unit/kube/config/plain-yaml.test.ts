import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { parsePlainYaml } from '../../../../src/lib/kube/config/plain-yaml.ts'

const kubectlWrites = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
    extensions:
    - extension:
        last-update: Mon, 24 Nov 2025 10:00:00 UTC
        provider: minikube.sigs.k8s.io
        version: v1.37.0
      name: cluster_info
    server: https://127.0.0.1:41057
  name: kind-kind
contexts:
- context:
    cluster: kind-kind
    namespace: loans
    user: kind-kind
  name: kind-kind
- context:
    cluster: arn:aws:eks:eu-central-1:123456789012:cluster/prod
    user: arn:aws:eks:eu-central-1:123456789012:cluster/prod
  name: arn:aws:eks:eu-central-1:123456789012:cluster/prod
current-context: kind-kind
kind: Config
preferences: {}
users:
- name: kind-kind
  user:
    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
    client-key-data: LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCg==
- name: eks
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-central-1
      - eks
      - get-token
      command: aws
      env:
      - name: AWS_PROFILE
        value: prod
      interactiveMode: IfAvailable
      provideClusterInfo: false
`

describe('what tools write', () => {
  it.each([
    { what: 'kubectl', text: kubectlWrites },
    { what: 'kubectl, on Windows', text: kubectlWrites.replaceAll('\n', '\r\n') },
    {
      what: 'with sequences indented',
      text: 'users:\n  - name: a\n    user:\n      token: abc\n  - name: b\n    user: {}\n',
    },
    { what: 'with quotes and comments', text: '# mine\n---\nusers: []\n'.replace('---\n', '') },
    { what: 'with a document start', text: '---\na: "b"\nc: \'d\'\n' },
  ])('$what is read, and as the library reads it', ({ text }) => {
    const plain = parsePlainYaml(text)
    expect(plain).toBeDefined()
    expect(plain?.value).toEqual(parse(text))
  })
})

const scalar = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9/_.:@=+ -]{0,20}$/),
  fc.constantFrom(
    'true',
    'no',
    'null',
    '~',
    '1e3',
    '0x1f',
    '1_000',
    '2025-01-01',
    '.5',
    '.inf',
    'a: b',
    'a #b',
    '- a',
    '-a',
    '--a=b',
    '-.inf',
    '--',
    '---a',
    '*a',
    '&a',
    '!a',
    '{}',
    '[]',
    'a:',
    ':a',
    '"q"',
    "it's",
    'ü',
  ),
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
)
const tree = fc.letrec(tie => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[A-Za-z_-][A-Za-z0-9_./-]{0,12}$/), tie('node'), { maxKeys: 4 }),
  ),
})).node

describe('never other than the library', () => {
  it('for anything that the library writes', () => {
    let plainOnes = 0
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'users', 'name', 'b-c'), tree), value => {
        const text = stringify(value, { lineWidth: 0 })
        const plain = parsePlainYaml(text)
        if (plain === undefined) return
        plainOnes += 1
        expect(plain.value).toEqual(parse(text))
      }),
      { numRuns: 1_500 },
    )
    expect(plainOnes).toBeGreaterThan(100)
  })

  it('for lines put together at random', () => {
    const line = fc.tuple(
      fc.constantFrom('', '  ', '    ', '- ', '  - ', '    - '),
      fc.constantFrom(
        'a: b',
        'a:',
        'b: {}',
        'c',
        'd: "e"',
        "f: 'g'",
        '# h',
        'i: j # k',
        'l: m: n',
        '-',
        '- o',
        '- --o',
        '- -o',
        '- -1',
        '- --o',
        '- -o',
        '- -1',
        'p: |',
        'q: 1',
        'a: http://x:1/y',
        '"r": s',
        '---',
        '',
        'a : b',
        'a:b',
        '? c',
        'a: - b',
        'a: b:',
        "a: 'b''c'",
        'a: "b\\n"',
        'a: @b',
        'a: %b',
        'a: `b`',
        'y: n',
        'true: x',
        '<<: z',
      ),
    )
    const text = fc
      .array(line, { maxLength: 8 })
      .map(lines => `${lines.map(([indent, rest]) => indent + rest).join('\n')}\n`)
    fc.assert(
      fc.property(text, each => {
        const plain = parsePlainYaml(each)
        if (plain === undefined) return
        expect(plain.value).toEqual(parse(each))
      }),
      { numRuns: 3_000 },
    )
  })
})
