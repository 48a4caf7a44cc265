import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

export interface StoredObject {
  readonly key: string;
  readonly at: number;
  readonly bytes: number;
}

/** Pages of one folder that are looked at; an hour rarely has more than a few thousand objects. */
const MOST_PAGES = 10;

async function list(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
): Promise<{ readonly folders: readonly string[]; readonly objects: readonly StoredObject[] }> {
  const folders: string[] = [];
  const objects: StoredObject[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix,
        Delimiter: "/",
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    folders.push(...(answer.CommonPrefixes ?? []).map(({ Prefix: folder = "" }) => folder));
    objects.push(
      ...(answer.Contents ?? []).map(({ Key = "", LastModified, Size = 0 }) => ({
        key: Key,
        at: LastModified?.getTime() ?? 0,
        bytes: Size,
      })),
    );
    token = answer.NextContinuationToken;
    if (token === undefined) break;
  }
  return { folders, objects };
}

const FOLDER_OF_TIME = /^(\d{2,4}|dt=[\d-]+|hour=\d+)$/;

/** Newest object of the latest folder below `prefix`, whose folders are named by time; undefined when there is none. */
export async function newestObject(
  s3: S3Client,
  bucket: string,
  prefix: string,
): Promise<StoredObject | undefined> {
  const { folders, objects } = await list(s3, bucket, prefix);
  const here = objects
    .filter(({ key, bytes }) => bytes > 0 && !key.includes("permission-check"))
    .reduce<StoredObject | undefined>((last, one) => (last && last.at >= one.at ? last : one), undefined);
  if (here !== undefined) return here;
  const times = folders.filter((folder) => FOLDER_OF_TIME.test(folder.slice(prefix.length, -1))).sort();
  // A folder may hold nothing but offloaded bodies: then the one before it has the newest.
  for (const folder of times.reverse().slice(0, 3)) {
    const found = await newestObject(s3, bucket, folder);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Time of the empty marker that Bedrock writes below a prefix when logging is configured; undefined without one. */
export async function permissionCheck(
  s3: S3Client,
  bucket: string,
  prefix: string,
): Promise<number | undefined> {
  const { objects } = await list(s3, bucket, prefix);
  return objects.find(({ key }) => key.includes("permission-check"))?.at;
}
