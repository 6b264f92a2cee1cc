// The browser: Chromium as the system has it, nothing running beside the tests.
import { existsSync } from 'node:fs'
import type { PlaywrightTestConfig } from '@playwright/test'

const found = [process.env['CHROMIUM_BIN'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = found.find((path): path is string => path !== undefined && existsSync(path))

const asRoot = process.getuid?.() === 0

export const launch = {
  viewport: { width: 1280, height: 800 },
  locale: 'en-GB',
  timezoneId: 'Europe/Berlin',
  ignoreHTTPSErrors: true,
  serviceWorkers: 'allow',
  launchOptions: {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      ...(asRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // The local authority is in no store; that its certificates are right is checked from Node, which is given it.
      '--ignore-certificate-errors',
      // Host pages live on names of their own; none of them leaves this machine.
      '--host-resolver-rules=MAP *.test 127.0.0.1',
      '--site-per-process',
    ],
  },
} satisfies PlaywrightTestConfig['use']
