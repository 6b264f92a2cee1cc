// Order, duplicates and holes in what arrives.
import { describe, expect, it } from 'vitest'
import { message } from './fixtures.ts'
import { follow, judge, precede } from './sequence.ts'

describe('judge', () => {
  it('knows the next, the seen and the gap', () => {
    expect(judge(4, 5)).toBe('next')
    expect(judge(4, 4)).toBe('seen')
    expect(judge(4, 1)).toBe('seen')
    expect(judge(4, 6)).toBe('gap')
    expect(judge(0, 1)).toBe('next')
  })
})

describe('follow', () => {
  it('adds what comes next, in order, once', () => {
    const { messages, fresh, gap } = follow([message(1)], [message(3), message(2), message(2), message(1)])
    expect(messages.map((each) => each.seq)).toEqual([1, 2, 3])
    expect(fresh.map((each) => each.seq)).toEqual([2, 3])
    expect(gap).toBe(false)
  })

  it('shows nothing from behind a gap', () => {
    const { messages, gap } = follow([message(1)], [message(2), message(4)])
    expect(messages.map((each) => each.seq)).toEqual([1, 2])
    expect(gap).toBe(true)
  })

  it('leaves the same list when there is nothing new', () => {
    const before = [message(1)]
    expect(follow(before, [message(1)]).messages).toBe(before)
  })
})

describe('precede', () => {
  it('puts an older page in front without repeating', () => {
    const all = precede([message(3), message(4)], [message(1), message(2), message(3)])
    expect(all.map((each) => each.seq)).toEqual([1, 2, 3, 4])
  })
})
