import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** MiniStack (MIT) and DuckDB, which its Athena runs on; a README row pins what this version does. */
const PACKAGES = ["ministack==1.5.33", "duckdb==2.0.0"] as const;
const PYTHONS = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"] as const;
const OLDEST_MINOR = 10;
const INSTALL_MS = 300_000;

export type Installed =
  | { readonly kind: "installed"; readonly python: string }
  | { readonly kind: "missing"; readonly what: string };

const isNewEnough = (command: string): boolean => {
  const program = `import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${OLDEST_MINOR}))`;
  return spawnSync(command, ["-c", program], { stdio: "ignore" }).status === 0;
};

/** The Python of a virtual environment in `dir` that holds MiniStack; makes it on first use, which `say` tells. */
export function installMiniStack(dir: string, say: (line: string) => void): Installed {
  const python = join(dir, "bin", "python");
  const stamp = join(dir, "installed.txt");
  const wanted = PACKAGES.join("\n");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return { kind: "installed", python };
  const host = PYTHONS.find(isNewEnough);
  if (host === undefined) return { kind: "missing", what: `no Python ≥ 3.${OLDEST_MINOR} with venv` };
  say(`installing ${PACKAGES.join(" and ")} into a virtual environment (once, half a minute) …`);
  rmSync(dir, { recursive: true, force: true });
  execFileSync(host, ["-m", "venv", dir], { stdio: ["ignore", "ignore", "inherit"] });
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES];
  const pip = spawnSync(python, install, { encoding: "utf8", timeout: INSTALL_MS });
  if (pip.status !== 0) {
    rmSync(dir, { recursive: true, force: true });
    const last = pip.stderr.trim().split("\n").at(-1) ?? "";
    return { kind: "missing", what: `PyPI is not reachable or has no such packages (${last})` };
  }
  writeFileSync(stamp, wanted);
  return { kind: "installed", python };
}
