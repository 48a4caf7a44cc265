import type { Grants, KeyUser, Resource } from "./verbs.ts";

const READ = ["kms:Decrypt"];
const WRITE = ["kms:Decrypt", "kms:GenerateDataKey"];

/** DynamoDB decrypts a table's key for whoever calls, and takes more to write (DynamoDB guide, "Authorizing use of a customer managed key"). */
const READ_TABLE = ["kms:Decrypt", "kms:DescribeKey"];
const WRITE_TABLE = [
  ...READ_TABLE,
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** What an action on encrypted data needs of the key; an action that is not here touches no data. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  "dynamodb:GetItem": READ_TABLE,
  "dynamodb:Query": READ_TABLE,
  "dynamodb:PutItem": WRITE_TABLE,
  "dynamodb:UpdateItem": WRITE_TABLE,
  "dynamodb:BatchWriteItem": WRITE_TABLE,
  "s3:GetObject": READ,
  // A part of a multipart upload is read again when it is put together.
  "s3:PutObject": WRITE,
  "sns:Publish": WRITE,
  "sqs:ReceiveMessage": READ,
  "sqs:SendMessage": WRITE,
};

const ENCRYPTED = /^(table|objects|queue|dead-letters|topic):/;

/** Permissions on the stage's key that grants on encrypted resources bring with them, by the service that asks for the key. */
export function keyGrants(grants: readonly Grants[]): Grants {
  const needed: Record<`key:${KeyUser}`, string[]> = {
    "key:dynamodb": [],
    "key:s3": [],
    "key:sns": [],
    "key:sqs": [],
  };
  for (const [resource, actions = []] of grants.flatMap((grant) => Object.entries(grant))) {
    if (!ENCRYPTED.test(resource)) continue;
    for (const action of actions) {
      const user = `key:${action.split(":")[0]}` as `key:${KeyUser}`;
      needed[user] = [...new Set([...needed[user], ...(NEEDS[action] ?? [])])];
    }
  }
  return Object.fromEntries(Object.entries(needed).filter(([, actions]) => actions.length > 0)) satisfies {
    readonly [Name in Resource]?: readonly string[];
  };
}
