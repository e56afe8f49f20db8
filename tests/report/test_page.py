"""The audit's page in a real browser: it renders, says nothing on the console, and its links lead
somewhere; in light and dark, on a desk and on a telephone, with and without scripts.

Needs the binary (LEEBOARD_BIN) and Chromium (CHROMIUM, or one in the path), nothing else: the
browser is steered over a pipe with its own protocol.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"

# What is wrong with a page, as a list of sentences.
INSPECT = """(() => {
  const faults = [];
  const ids = [...document.querySelectorAll('[id]')].map(it => it.id);
  if (new Set(ids).size !== ids.length) faults.push('ids are not unique');
  for (const link of document.querySelectorAll('a')) {
    const href = link.getAttribute('href');
    if (!href.startsWith('#')) faults.push('a link leaves the page: ' + href);
    else if (!document.getElementById(href.slice(1))) faults.push('a link leads nowhere: ' + href);
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push('the page is ' + wide + ' px wider than the window');
  if (document.title !== 'leeboard audit') faults.push('the title is ' + document.title);
  if (document.querySelector('img, iframe, link, object')) faults.push('an element that the page has none of');
  if (document.querySelectorAll('script').length !== 1) faults.push('a script from a log');
  for (const chart of document.querySelectorAll('svg.chart')) {
    if (chart.getBoundingClientRect().height < 100) faults.push('a chart has no height');
    if (!chart.querySelector('title') || !chart.querySelector('desc')) faults.push('a chart has no words');
  }
  if (!document.querySelector('svg.chart')) faults.push('there is no chart');
  for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('th[scope=col]')) faults.push('a table has no headings');
  return faults;
})()"""


def conversations():
    """Two conversations: one of 120 turns with faults and hostile text, one without."""
    pier = lambda turn: f"The lantern of pier {turn} hangs {turn * 3} feet over the water, and it is green."
    said = [{"role": "system", "content": "You are a pilot. Never use bullet lists."}]
    for turn in range(1, 121):
        reply = f"- red {HOSTILE}\n- green\n- white" if turn % 40 == 0 else pier(turn)
        reply = pier(7) + " " + pier(8) if turn == 100 else reply
        said.append({"role": "user", "content": f"And the lantern of pier {turn}? {HOSTILE if turn == 40 else ''}"})
        said.append({"role": "assistant", "content": reply + ("x" * 100_000 if turn == 80 else "")})
    calm = [{"role": "user", "content": "How deep is it?"}, {"role": "assistant", "content": "Two metres."}]
    return [{"id": f"long {HOSTILE}", "messages": said}, {"id": "calm \u202e\u05d0\u05d1", "messages": calm}]


class Browser:
    """Chromium on a pipe: requests go to its descriptor 3, answers come from its descriptor 4."""

    def __init__(self, program, folder):
        to_child, self.requests = os.pipe()
        self.answers, from_child = os.pipe()
        os.set_inheritable(to_child, True)
        os.set_inheritable(from_child, True)
        # The shell puts the pipes where the browser looks for them.
        command = f'exec "$0" "$@" 3<&{to_child} 4>&{from_child}'
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        flags += ["--remote-debugging-pipe", f"--user-data-dir={folder}"]
        self.process = subprocess.Popen(
            ["bash", "-c", command, program, *flags],
            pass_fds=[to_child, from_child],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        self.waiting, self.number, self.events = b"", 0, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def message(self):
        while b"\0" not in self.waiting:
            read = os.read(self.answers, 65_536)
            if not read:
                raise SystemExit("test_page: the browser ended; does it start by hand?")
            self.waiting += read
        line, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(line)

    def ask(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if hasattr(self, "session"):
            request["sessionId"] = self.session
        os.write(self.requests, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit(f"test_page: {method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self, address, width, scheme, scripts):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Emulation.setScriptExecutionDisabled", value=not scripts)
        # An address that differs only after the # would not load anew.
        for page in ("about:blank", address):
            self.events.clear()
            self.ask("Page.navigate", url=page)
            while not any(event["method"] == "Page.loadEventFired" for event in self.events):
                self.events.append(self.message())

    def value(self, expression):
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in found:
            raise SystemExit(f"test_page: {found['exceptionDetails']}")
        return found["result"].get("value")

    def complaints(self):
        """What stands on the console."""
        found = []
        for event in self.events:
            if event["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
                found.append(json.dumps(event["params"])[:300])
        return found

    def end(self):
        self.ask("Browser.close")
        self.process.wait(timeout=20)


def luminance(color):
    red, green, blue = (int(part) for part in color[color.index("(") + 1 : -1].split(",")[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def main():
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not program:
        sys.exit("test_page: no Chromium found: apt install chromium, or name one in CHROMIUM")
    faults = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        folder = pathlib.Path(folder)
        logs, page = folder / "chats.jsonl", folder / "report.html"
        logs.write_text("".join(json.dumps(one) + "\n" for one in conversations()))
        command = [os.environ.get("LEEBOARD_BIN", "leeboard"), "audit", logs, "--output", "html", "--out", page]
        subprocess.run(command, check=True, timeout=300)
        browser = Browser(program, folder / "profile")
        for width in (1200, 400):
            for scheme in ("light", "dark"):
                for scripts in (True, False):
                    browser.open(page.as_uri(), width, scheme, scripts)
                    found = browser.value(INSPECT) + browser.complaints()
                    ground = luminance(browser.value("getComputedStyle(document.body).backgroundColor"))
                    if (ground < 128) != (scheme == "dark"):
                        found.append("the background is not that of the colour scheme")
                    faults += [f"{width} px, {scheme}, scripts {scripts}: {fault}" for fault in found]
        # A link to a turn opens its detail.
        link = browser.value("document.querySelector('ol.worst a').getAttribute('href')")
        browser.open(page.as_uri() + link, 1200, "light", True)
        if not browser.value(f"document.querySelector('{link}').open"):
            faults.append(f"the link {link} does not open its detail")
        browser.end()
    for fault in faults:
        print(f"test_page: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
