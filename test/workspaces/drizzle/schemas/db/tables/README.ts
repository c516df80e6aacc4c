/** What a schema folder often has beside its tables. */
export const documentation = "Tables by schema.";
export default documentation;
