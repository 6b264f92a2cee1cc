// The audit log in the page: found by the query bar, read beside the list, unmasked with a proof, kept as a view, exported.
import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { signIn } from '../support/desk.ts'
import { checked } from '../support/look.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct()

test('an admin finds an entry, sees what changed and from where, reviews and exports the log', async ({ page }) => {
  test.setTimeout(120_000)
  await signIn(page, product(), 'ada@fern-and-clay.test')
  await page.goto(`${product().dashboard}/settings/workspace`)
  await page.getByRole('textbox', { name: 'Workspace name' }).fill('Fern & Clay Studio')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Workspace renamed')).toBeVisible()
  await page.goto(`${product().dashboard}/settings/audit`)
  await expect(page.getByRole('option').first()).toBeVisible()

  // Typed with the keyboard alone: the field is completed, then the action.
  const bar = page.getByRole('combobox', { name: 'Narrow the log down' })
  await bar.fill('acti')
  await expect(page.getByRole('option', { name: /^action:/ })).toBeVisible()
  await bar.press('Tab')
  await expect(bar).toHaveValue('action:')
  await bar.pressSequentially('workspace.ch')
  await expect(page.getByRole('option', { name: /action:workspace\.changed/ })).toBeVisible()
  await bar.press('Enter')
  await expect(page.getByText('action: workspace.changed')).toBeVisible()
  await expect(page).toHaveURL(/q=action/)

  const list = page.getByRole('listbox', { name: 'Entries' })
  await expect(list.getByRole('option')).toHaveCount(1)
  await list.press('ArrowDown')
  const entry = page.getByRole('region', { name: 'Entry' })
  await expect(entry).toBeVisible()
  await list.press('Enter')
  await expect(entry).toBeFocused()
  await expect(entry.getByText('before: Fern & Clay')).toBeVisible()
  await expect(entry.getByText('after: Fern & Clay Studio')).toBeVisible()
  await expect(entry.getByText('127.0.0.***')).toBeVisible()
  await entry.getByRole('button', { name: 'Unmask' }).click()
  await expect(entry.getByText('127.0.0.1', { exact: true })).toBeVisible()
  // Held against the signed tree in this browser; and a payload that was changed on its way is found.
  const proof = entry.getByRole('region', { name: 'Proof' })
  await proof.getByRole('button', { name: 'Verify this entry' }).click()
  for (const line of ['What is shown above is the entry that was checked', 'What changed is what was entered', 'Who, what and when are what was entered'])
    await expect(proof.getByText(line)).toBeVisible()
  await expect(proof.getByText('The entry is in the tree, at its place')).toBeVisible()
  await expect(proof.getByText('The tree’s checkpoint is signed by the log’s key')).toBeVisible()
  await checked(page, 'audit-entry')
  await page.route('**/api/v1/audit/*/proof', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: (await answer.text()).replace('Fern & Clay Studio', 'Fern & Clay Sheds') })
  })
  await proof.getByRole('button', { name: 'Verify again' }).click()
  await expect(proof.getByText('What changed is not what was entered')).toBeVisible()
  await expect(proof.getByText('This entry does not hold.')).toBeVisible()
  // Back to the list with the keyboard, and out of the entry.
  await entry.getByRole('button', { name: 'Close' }).press('Escape')
  await expect(entry).toHaveCount(0)
  await expect(list).toBeFocused()

  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Keep this view…' }).click()
  const naming = page.getByRole('dialog', { name: 'Keep this view' })
  await naming.getByRole('textbox', { name: 'Name' }).fill('Renamed')
  await naming.getByRole('button', { name: 'Keep' }).click()
  await expect(page.getByRole('button', { name: 'Views' })).toHaveText('Renamed')

  await page.getByRole('button', { name: 'Export' }).click()
  const saved = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'OCSF events' }).click()
  const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).class_uid)).toEqual([3004])

  await page.getByRole('button', { name: 'Take action out' }).click()
  await page.getByRole('button', { name: 'Reviewed until here' }).click()
  await expect(page.getByText(/^Reviewed to .* by Ada/)).toBeVisible()
  await bar.fill('action:audit')
  await bar.press('Enter')
  for (const action of ['audit.address_unmasked', 'audit.exported', 'audit.reviewed', 'audit.read'])
    await expect(list.getByRole('option', { name: action }).first()).toBeVisible()
})
