import { describe, expect, it } from 'vitest'
import { parseGoUrl } from '../../../src/lib/http/go-url.ts'
import {
  type AddressSource,
  checkFlag,
  chooseAddress,
  parseTarget,
  serviceBehind,
} from '../../../src/lib/prometheus/address.ts'

describe('the address that counts', () => {
  const all = { flag: 'http://flag', written: 'http://written', config: 'http://config' }
  const env = { PROMETHEUS_URL: 'http://env', ARGO_ROLLOUTS_PROMETHEUS_ADDRESS: 'http://argo' }
  it.each([
    { named: all, env, is: { text: 'http://flag', source: 'flag' } },
    { named: { ...all, flag: undefined }, env, is: { text: 'http://written', source: 'metric' } },
    { named: { config: 'http://config' }, env, is: { text: 'http://env', source: 'environment' } },
    {
      named: { config: 'http://config' },
      env: { ...env, PROMETHEUS_URL: '' },
      is: { text: 'http://argo', source: 'environment' },
    },
    { named: { config: 'http://config' }, env: {}, is: { text: 'http://config', source: 'config' } },
    { named: {}, env: {}, is: undefined },
  ])('is $is.text', ({ named, env: variables, is }) => {
    expect(chooseAddress(named, variables)).toEqual(is)
  })

  it.each<{ text: string; source?: AddressSource; is: unknown }>([
    { text: 'svc/mon/prom', is: { namespace: 'mon', name: 'prom' } },
    { text: 'svc/mon/prom:web', is: { namespace: 'mon', name: 'prom', port: 'web' } },
    { text: 'svc/mon/prom:9090', source: 'environment', is: { namespace: 'mon', name: 'prom', port: '9090' } },
    { text: 'svc/mon/prom', source: 'metric', is: undefined },
    { text: 'svc/mon', is: undefined },
    { text: 'svc/mon/Prom', is: undefined },
    { text: 'prom:9090', is: undefined },
    { text: '127.0.0.1:9090', is: undefined },
    { text: 'http://', is: undefined },
    { text: 'https://prom/x', is: 'https prom /x' },
  ])('$text of $source', ({ text, source = 'flag', is }) => {
    const target = parseTarget({ text, source })
    if (target?.kind === 'url') expect(`${target.url.scheme} ${target.url.host} ${target.url.path}`).toBe(is)
    else expect(target?.service).toEqual(is)
  })

  it.each(['prom:9090', 'ftp://x', '', 'svc/x'])('--prometheus %s is a usage error', text => {
    expect(() => checkFlag(text)).toThrow(/^invalid --prometheus ".*": it is neither a URL nor svc/)
  })
})

describe('the Service behind a name', () => {
  it.each([
    { url: 'http://prom.mon:9090/p/', is: { namespace: 'mon', name: 'prom', port: '9090', path: '/p' } },
    { url: 'http://prom.mon.svc', is: { namespace: 'mon', name: 'prom', port: '80', path: '' } },
    {
      url: 'https://Prom.mon.svc.cluster.local.',
      is: { namespace: 'mon', name: 'prom', port: '443', isTls: true, path: '' },
    },
    { url: 'http://prom.mon.svc.corp.example:1', is: { namespace: 'mon', name: 'prom', port: '1', path: '' } },
    { url: 'http://prom', is: undefined },
    { url: 'http://prom.mon.example.com', is: undefined },
    { url: 'http://10.0.0.1', is: undefined },
    { url: 'http://[::1]:90', is: undefined },
    { url: 'http://a.1', is: undefined },
  ])('$url', ({ url, is }) => {
    const parsed = parseGoUrl(url)
    if ('problem' in parsed) throw new Error(parsed.problem)
    expect(serviceBehind(parsed)).toEqual(is)
  })
})
