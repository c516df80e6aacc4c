export interface AdapterAccount {
  type: "oauth" | "email";
}
