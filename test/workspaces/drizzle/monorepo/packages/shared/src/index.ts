export const product = "workbench";
