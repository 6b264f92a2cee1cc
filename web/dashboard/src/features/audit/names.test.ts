// Who did something, as the log shows it.
import { expect, test } from 'vitest'
import { nameOf } from './names.ts'

test('staff has its name, and what has none is told apart by its id', () => {
  expect(nameOf({ kind: 'staff', id: 'stf_00000000000000000000abcdef', name: 'Grace of the House' }, [])).toBe('Grace of the House (staff)')
  expect(nameOf({ kind: 'staff', id: 'stf_00000000000000000000abcdef', name: null }, [])).toBe('Staff …abcdef')
  expect(nameOf({ kind: 'system', id: null, name: null }, [])).toBe('Leadkeep itself')
})
