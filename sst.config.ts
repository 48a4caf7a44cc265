/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app({ stage }) {
    const production = stage === "prod";
    return {
      name: "bellwether",
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
      providers: { aws: { version: "7.20.0", defaultTags: { tags: { app: "bellwether", stage } } } },
    };
  },
  // SST refuses imports at the top of this file.
  async run() {
    await import("./infra/event-sources.ts");
    await import("./infra/queue-senders.ts");
    await import("./infra/schedules.ts");
    await import("./infra/alarms.ts");
    await import("./infra/dashboards.ts");
    await import("./infra/invocation-logging.ts");
    const { buckets } = await import("./infra/buckets.ts");
    const { appBus } = await import("./infra/bus.ts");
    const { workgroup } = await import("./infra/lake.ts");
    const { stageOf } = await import("./infra/stage.ts");
    const { pages } = stageOf($app.stage);
    return {
      logsBucket: buckets.logs.name,
      appBus: appBus.name,
      athenaWorkgroup: workgroup.name,
      pages: pages.length === 0 ? "NOBODY is paged: add an endpoint to infra/stage.ts" : pages,
    };
  },
});
