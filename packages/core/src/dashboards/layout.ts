import type { Widget } from "./widgets.ts";

const COLUMNS = 24;

/** The name that stands for the app that is looked at; the dashboard's variable puts the app in its place. */
export const SELECTED_APP = "SELECTED_APP";
/** Values that a list to choose from may have (dashboard body structure). */
const MAX_CHOICES = 500;

interface Variable {
  readonly type: "pattern";
  readonly pattern: string;
  readonly inputType: "select" | "input";
  readonly id: string;
  readonly label: string;
  readonly defaultValue: string;
  readonly visible: true;
  readonly values?: readonly { readonly value: string; readonly label: string }[];
}

/** The body of PutDashboard. */
export interface Dashboard {
  readonly start: string;
  readonly periodOverride: "inherit";
  readonly variables: readonly Variable[];
  readonly widgets: readonly (Widget & { readonly x: number; readonly y: number })[];
}

/** Lists the apps to choose from, or asks for a name where they are more than a list takes; nothing without apps. */
function choice(apps: readonly string[]): Variable[] {
  const [first] = apps;
  if (first === undefined) return [];
  const common = {
    type: "pattern",
    pattern: SELECTED_APP,
    id: "app",
    label: "App",
    defaultValue: first,
    visible: true,
  } as const;
  if (apps.length > MAX_CHOICES) return [{ ...common, inputType: "input" }];
  return [{ ...common, inputType: "select", values: apps.map((app) => ({ value: app, label: app })) }];
}

/** Puts widgets side by side, a new line when one does not fit; each given row begins a line. */
export function layOut(
  start: string,
  apps: readonly string[],
  rows: readonly (readonly Widget[])[],
): Dashboard {
  const widgets: (Widget & { x: number; y: number })[] = [];
  let top = 0;
  for (const row of rows) {
    let x = 0;
    let height = 0;
    for (const widget of row) {
      if (x + widget.width > COLUMNS) {
        top += height;
        x = 0;
        height = 0;
      }
      widgets.push({ ...widget, x, y: top });
      x += widget.width;
      height = Math.max(height, widget.height);
    }
    top += height;
  }
  return { start, periodOverride: "inherit", variables: choice(apps), widgets };
}
