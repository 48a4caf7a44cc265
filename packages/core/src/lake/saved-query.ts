export interface SavedQuery {
  readonly title: string;
  readonly description: string;
  /** SQL over the views that Athena and DuckDB share; every `?` stands for the next parameter. */
  readonly sql: string;
  readonly parameters?: readonly string[];
}
