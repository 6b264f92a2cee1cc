// Every address, as it is printed.
import { expect, test } from 'vitest'
import { router } from '../app/router.tsx'
import { paths } from './paths.ts'

test('addresses stay what they are: people keep links to them', () => {
  const printed = [
    paths.inbox(),
    paths.inbox('open'),
    paths.inbox('mine'),
    paths.conversation('cnv_1'),
    paths.conversation('cnv_1', 'unassigned'),
    paths.signIn(),
    paths.signIn('/inbox/cnv_1?view=mine'),
    paths.forgot(),
    paths.setup(),
    paths.widget(),
    paths.members(),
    paths.sessions(),
    paths.apiKeys(),
    paths.workspace(),
    paths.preferences(),
  ].map((each) => router.buildLocation(each).href)
  expect(printed).toMatchInlineSnapshot(`
    [
      "/inbox",
      "/inbox",
      "/inbox?view=mine",
      "/inbox/cnv_1",
      "/inbox/cnv_1?view=unassigned",
      "/sign-in",
      "/sign-in?next=%2Finbox%2Fcnv_1%3Fview%3Dmine",
      "/forgot",
      "/setup",
      "/settings/widget",
      "/settings/members",
      "/settings/sessions",
      "/settings/api-keys",
      "/settings/workspace",
      "/settings/preferences",
    ]
  `)
})
