/** Statement that refuses everybody without TLS; buckets get theirs from SST. */
export const onlyTls = (actions: string[], resource: $util.Input<string>) => ({
  effect: "Deny",
  actions,
  resources: [resource],
  principals: [{ type: "*", identifiers: ["*"] }],
  conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
});
