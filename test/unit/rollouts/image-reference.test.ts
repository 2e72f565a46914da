import { describe, expect, it } from 'vitest'
import { isSameImage, parseImage } from '../../../src/lib/rollouts/image-reference.ts'

describe('parseImage', () => {
  it.each([
    ['nginx', { repository: 'docker.io/library/nginx' }],
    ['nginx:1', { repository: 'docker.io/library/nginx', tag: '1' }],
    ['team/web:1', { repository: 'docker.io/team/web', tag: '1' }],
    ['index.docker.io/team/web', { repository: 'docker.io/team/web' }],
    ['localhost/web', { repository: 'localhost/web' }],
    ['registry:5000/web', { repository: 'registry:5000/web' }],
    ['registry:5000/a/web:1@sha256:x', { repository: 'registry:5000/a/web', tag: '1', digest: 'sha256:x' }],
    [':1.2', { repository: '', tag: '1.2' }],
    ['@sha256:x', { repository: '', digest: 'sha256:x' }],
  ])('%s', (text, reference) => {
    expect(parseImage(text)).toEqual(reference)
  })
})

describe('isSameImage', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', true],
    ['nginx', 'nginx:1', false],
    ['r.io/web:1', 'r.io/web:1@sha256:x', true],
    ['r.io/web@sha256:x', 'r.io/web:1@sha256:x', true],
    ['r.io/web@sha256:y', 'r.io/web:1@sha256:x', false],
    ['r.io/web', 'r.io/web@sha256:x', false],
    [':1', 'r.io/web:1', true],
    [':1', 'r.io/web:11', false],
    ['@sha256:x', 'r.io/web@sha256:x', true],
    ['r.io/web:1', 'other.io/web:1', false],
  ])('%s names %s: %s', (wanted, actual, isSame) => {
    expect(isSameImage(wanted, actual)).toBe(isSame)
  })
})
